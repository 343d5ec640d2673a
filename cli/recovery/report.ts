import { writeFileSync } from 'node:fs';
import { open, refusalOf, type Connection } from '../client.ts';
import { CliError, exitCode } from '../exit.ts';
import { note } from '../output.ts';

/**
 * Saves the report of a recovery or a drill.
 * @param of `recoveries/{id}` or `drills/{id}`
 * @param file ends in `.json` for data; everything else is one self-contained page
 */
export async function saveReport(connection: Connection, of: string, file: string): Promise<void> {
  const query = file.endsWith('.json') ? {} : { format: 'html' };
  const what = { path: `/v1/${of}/report`, query };
  const answer = await open(connection, what);
  if (answer.statusCode !== 200) throw await refusalOf(answer, connection, what);
  const chunks: Buffer[] = [];
  for await (const chunk of answer) chunks.push(chunk as Buffer);
  try {
    writeFileSync(file, Buffer.concat(chunks));
  } catch (error) {
    throw new CliError(exitCode.badInput, `--report ${file}: ${(error as Error).message}`);
  }
  note(`report: ${file}`);
}
