import { call, connect, type ConnectionOptions } from '../client.ts';
import { CliError, exitCode } from '../exit.ts';
import { readInput } from '../input.ts';
import { print, printJson } from '../output.ts';

interface Published {
  readonly events: readonly {
    readonly id: string;
    readonly type: string;
    readonly duplicate: boolean;
    readonly routed: boolean;
  }[];
}

/** `homeostasis publish <file>`: one CloudEvent, or a list of them, in JSON. */
export async function publish(file: string, options: ConnectionOptions & { readonly json?: boolean }): Promise<void> {
  const text = readInput(file);
  const events = parsed(file, text);
  const batch = Array.isArray(events);
  if (batch && events.length === 0)
    throw new CliError(exitCode.badInput, `${file}: an empty list: there is no event in it`);
  const { body } = await call<Published>(connect(options), {
    method: 'POST',
    path: '/v1/events',
    body: text,
    headers: { 'content-type': `application/cloudevents${batch ? '-batch' : ''}+json` },
  });
  if (options.json) return printJson(body);
  for (const { id, type, duplicate, routed } of body.events) {
    const remark = duplicate
      ? ' (known before: nothing happens again)'
      : routed
        ? ''
        : ' (kept in the log; nobody reads this type)';
    print(`${id}: ${type} accepted${remark}`);
  }
}

function parsed(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new CliError(exitCode.badInput, `${file}: not JSON: ${(error as Error).message}`);
  }
}
