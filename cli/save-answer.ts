import { writeFileSync } from 'node:fs';
import { open, refusalOf, type Call, type Connection } from './client.ts';
import { CliError, exitCode } from './exit.ts';
import { note } from './output.ts';

/**
 * Saves a report as the control plane sends it, a page or data.
 * @param option that names the file, for messages: `--html`
 * @throws CliError with the control plane's refusal, or naming the file that cannot be written.
 */
export async function saveAnswer(
  connection: Connection,
  what: Call,
  { option, file }: { readonly option: string; readonly file: string },
): Promise<void> {
  const answer = await open(connection, what);
  if (answer.statusCode !== 200) throw await refusalOf(answer, connection, what);
  const chunks: Buffer[] = [];
  for await (const chunk of answer) chunks.push(chunk as Buffer);
  try {
    writeFileSync(file, Buffer.concat(chunks));
  } catch (error) {
    throw new CliError(exitCode.badInput, `${option} ${file}: ${(error as Error).message}`);
  }
  note(`report: ${file}`);
}
