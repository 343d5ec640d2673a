import { basename } from 'node:path';
import { call, connect, type Connection, type ConnectionOptions } from '../client.ts';
import { exitCode } from '../exit.ts';
import { readInput, wholeNumber } from '../input.ts';
import { note, paint, print, printJson } from '../output.ts';
import { urlsOf } from '../urls.ts';
import { waitFor, type Outcome } from '../wait.ts';

export interface WaitOptions extends ConnectionOptions {
  readonly wait?: boolean;
  readonly timeout: string;
  readonly json?: boolean;
}

interface Accepted {
  readonly accepted: readonly { readonly application: string; readonly id: string }[];
}

/** `homeostasis deploy <file> [--wait]` */
export async function deploy(file: string, options: WaitOptions & { readonly ifGeneration?: string }): Promise<void> {
  const body = readInput(file);
  const connection = connect(options);
  const generation =
    options.ifGeneration === undefined ? undefined : wholeNumber(options.ifGeneration, '--if-generation', 0);
  const { body: answer } = await call<Accepted>(connection, {
    method: 'POST',
    path: '/v1/applications',
    query: { file: file === '-' ? 'standard input' : basename(file) },
    body,
    headers: {
      'content-type': 'application/yaml',
      ...(generation === undefined ? {} : { 'if-match': `"${generation}"` }),
    },
  });
  await finish(answer, options, 'deploy');
}

/** Tells that the request is accepted, and on --wait how it ended; the exit code says whether that is what was wanted. */
export async function finish({ accepted }: Accepted, options: WaitOptions, verb: string): Promise<void> {
  const connection = connect(options);
  if (options.wait !== true) {
    if (options.json) return printJson({ accepted });
    for (const { application, id } of accepted) {
      print(`${application}: accepted as ${id}`);
      note(`follow it with: npx homeostasis events --follow --correlation ${id}`);
    }
    return;
  }
  const timeout = wholeNumber(options.timeout, '--timeout', 1, 86_400);
  const outcomes: Outcome[] = [];
  for (const request of accepted) outcomes.push(await waitFor(connection, request, timeout));
  if (options.json) printJson({ outcomes });
  else for (const each of outcomes) await show(each, connection);
  if (outcomes.some(({ result }) => result !== 'completed')) {
    note(`${verb}: not what was asked for; see "npx homeostasis explain ${outcomes[0]?.application ?? ''}"`);
    process.exitCode = exitCode.failed;
  }
}

/** How it ended, and where to look at it. */
async function show({ application, result, message }: Outcome, connection: Connection): Promise<void> {
  print(`${application}: ${result}: ${message}`);
  if (result !== 'completed') return;
  for (const url of await urlsOf(connection, application)) note(`  ${paint('cyan', url, process.stderr)}`);
}
