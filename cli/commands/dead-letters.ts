import { counted } from '../../shared/domain/counted.ts';
import type { DeadLetter } from '../../shared/ports/event-log.ts';
import { call, connect, type ConnectionOptions } from '../client.ts';
import { CliError, exitCode } from '../exit.ts';
import { print, printJson, table } from '../output.ts';

type Options = ConnectionOptions & { readonly json?: boolean };

/** `homeostasis dead-letters list` */
export async function list(options: Options): Promise<void> {
  const { body } = await call<{ readonly deadLetters: readonly DeadLetter[] }>(connect(options), {
    path: '/v1/dead-letters',
  });
  if (options.json) return printJson(body);
  if (body.deadLetters.length === 0) return print('no dead letters');
  const rows = body.deadLetters.map(({ id, consumer, event, attempts, error }) => [
    id,
    consumer,
    event.subject ?? '',
    String(attempts),
    `${error.name}: ${error.message}`,
  ]);
  print(table(['id', 'consumer', 'subject', 'tries', 'error'], rows));
}

/** `homeostasis dead-letters redrive <id…> | --all` */
export async function redrive(ids: readonly string[], options: Options & { readonly all?: boolean }): Promise<void> {
  if (ids.length === 0 && options.all !== true) {
    throw new CliError(exitCode.badInput, 'name the dead letters to redrive, or say --all');
  }
  const { body } = await call<{ readonly redriven: number }>(connect(options), {
    method: 'POST',
    path: '/v1/dead-letters/redrive',
    body: JSON.stringify({ ids: options.all === true ? 'all' : ids }),
    headers: { 'content-type': 'application/json' },
  });
  if (options.json) printJson(body);
  else
    print(`${counted(body.redriven, 'dead letter')} put back in ${body.redriven === 1 ? 'its queue' : 'their queues'}`);
  if (body.redriven === 0 && options.all !== true) {
    throw new CliError(exitCode.failed, 'none of these ids is a dead letter; see "npx homeostasis dead-letters list"');
  }
}
