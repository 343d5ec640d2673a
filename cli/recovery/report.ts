import type { Connection } from '../client.ts';
import { saveAnswer } from '../save-answer.ts';

/**
 * Saves the report of a recovery or a drill.
 * @param of `recoveries/{id}` or `drills/{id}`
 * @param file ends in `.json` for data; everything else is one self-contained page
 */
export function saveReport(connection: Connection, of: string, file: string): Promise<void> {
  const query = file.endsWith('.json') ? {} : { format: 'html' };
  return saveAnswer(connection, { path: `/v1/${of}/report`, query }, { option: '--report', file });
}
