/** `node infra/costs/print.ts`: the tables of docs/explanation/production.md. */
import { hub } from './hub.ts';
import { costTables } from './table.ts';

process.stdout.write(`${costTables(hub)}\n`);
