import { basename } from 'node:path';
import { billFileName } from '../../shared/contracts/bill-received.ts';
import { connect, type Connection, type ConnectionOptions } from '../client.ts';
import { doing } from '../cost/doing.ts';
import { gathered, isBad, showOutcome, type Outcome } from '../cost/outcomes.ts';
import { sent } from '../cost/sent.ts';
import { sizeOf, upload, type Uploaded } from '../cost/upload.ts';
import { exitCode } from '../exit.ts';
import { wholeNumber } from '../input.ts';
import { note, print, printJson } from '../output.ts';
import { patiently } from '../recovery/find.ts';
import { interruptible, notYet, until, type Patience } from '../recovery/watch.ts';

interface ImportOptions extends ConnectionOptions {
  readonly wait: boolean;
  readonly timeout: string;
  readonly json?: boolean;
}

/** `homeostasis cost import <file…>`; exits 1 when one is refused or cannot be read, and says why. */
export async function importBills(files: readonly string[], options: ImportOptions): Promise<void> {
  const timeoutSeconds = wholeNumber(options.timeout, '--timeout', 1, 86_400);
  // Before anything is sent: half of them is nobody's wish.
  for (const file of files) sizeOf(file);
  const connection = connect(options);
  const uploaded: { readonly name: string; readonly is: Uploaded }[] = [];
  for (const file of files) {
    const name = file === '-' ? 'standard input' : basename(file);
    using progress = sent(name, sizeOf(file));
    uploaded.push({ name, is: await upload(connection, file, progress.told) });
  }
  if (!options.wait) return accepted(uploaded, options);
  using interrupt = interruptible();
  const outcomes: Outcome[] = [];
  const tell = doing();
  for (const { name, is } of uploaded) {
    tell(`${name}: being read`);
    const outcome = await outcomeOf(connection, is, { signal: interrupt.signal, timeoutSeconds });
    outcomes.push(outcome);
    if (options.json !== true) showOutcome({ ...outcome, name });
  }
  if (options.json) printJson({ files: outcomes });
  if (outcomes.some(isBad)) process.exitCode = exitCode.failed;
  const period = outcomes
    .flatMap(({ bills }) => bills.map((each) => each.period))
    .sort()
    .at(-1);
  if (period !== undefined) note(`judged in half a minute: npx homeostasis cost report --period ${period}`);
}

async function outcomeOf(connection: Connection, { id, file }: Uploaded, patience: Patience): Promise<Outcome> {
  const found = await until(
    () =>
      patiently(async () =>
        (await gathered(connection, id))?.outcomes.find(({ location }) => location === file.location),
      ),
    patience,
  );
  if (found === undefined) throw notYet(`import of ${billFileName(file)}`, patience, 'npx homeostasis cost bills');
  return found;
}

function accepted(
  uploaded: readonly { readonly name: string; readonly is: Uploaded }[],
  { json }: ImportOptions,
): void {
  if (json) return printJson({ accepted: uploaded.map(({ is }) => is) });
  for (const { name, is } of uploaded) {
    print(`${name}: accepted as ${is.id}`);
    note(`follow it with: npx homeostasis events --follow --correlation ${is.id}`);
  }
}
