import type { DataOf } from '../../shared/contracts/contract.ts';
import { failbackEnded } from '../../shared/contracts/failback-ended.ts';
import { failbackRequested } from '../../shared/contracts/failback-requested.ts';
import { counted } from '../../shared/domain/counted.ts';
import { connect, type ConnectionOptions } from '../client.ts';
import { CliError, exitCode } from '../exit.ts';
import { wholeNumber } from '../input.ts';
import { note, paint, print, printJson } from '../output.ts';
import { detailOf, patiently } from '../recovery/find.ts';
import { newestOf } from '../recovery/log.ts';
import { isOver } from '../recovery/records.ts';
import { byHand, say } from '../recovery/say.ts';
import { interruptible, notYet, until } from '../recovery/watch.ts';

interface FailbackOptions extends ConnectionOptions {
  readonly reason?: string;
  readonly wait?: boolean;
  readonly timeout: string;
  readonly json?: boolean;
}

type Ended = DataOf<typeof failbackEnded>;

/** A refusal comes at once, and whoever does not wait for the end should hear it all the same. */
const refusalSeconds = 3;

/** `homeostasis failback <recovery>`: what it moved goes back to where it stood. */
export async function failback(id: string, options: FailbackOptions): Promise<void> {
  const timeout = wholeNumber(options.timeout, '--timeout', 1, 86_400);
  const connection = connect(options);
  const recovery = await detailOf(connection, id);
  if (!isOver(recovery))
    throw new CliError(exitCode.badInput, `recovery ${id} is ${recovery.state}: it has to be over first`);
  const ofEnd = { type: failbackEnded.type, subject: id };
  const after = (await newestOf(connection, ofEnd))?.sequence ?? 0;
  const reason = options.reason ?? byHand('asked for');
  const event = await say(connection, failbackRequested.draft({ recovery: id, reason }));

  using interrupt = interruptible();
  const patience = { signal: interrupt.signal, timeoutSeconds: options.wait === true ? timeout : refusalSeconds };
  const look = () => patiently(() => newestOf(connection, { ...ofEnd, after }));
  const ended = (await until(look, patience))?.event.data as Ended | undefined;
  if (ended !== undefined) return finish(id, ended, options);
  if (options.wait === true) throw notYet(`failback of ${id}`, patience, `npx homeostasis events --subject ${id}`);
  if (options.json) return printJson({ event, recovery: id });
  print(`${id}: failback under way`);
  note(`follow it with: npx homeostasis events --follow --subject ${id}`);
}

function finish(id: string, ended: Ended, options: FailbackOptions): void {
  const { outcome, returned, left, reason } = ended;
  if (options.json) printJson(ended);
  else {
    const many = outcome === 'refused' ? '' : `, ${counted(returned, 'service')} back`;
    print(`${id}: failback ${paint(outcome === 'completed' ? 'green' : 'red', outcome)}${many}: ${reason}`);
    for (const each of left) print(`  ${each.application}/${each.service} stays: ${each.reason}`);
  }
  if (outcome !== 'completed' || left.length > 0) process.exitCode = exitCode.failed;
}
