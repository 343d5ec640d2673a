import { call, connect, type Connection, type ConnectionOptions } from '../client.ts';
import { CliError, exitCode } from '../exit.ts';
import { print, printJson } from '../output.ts';
import { readAll } from '../recovery/read.ts';
import { isOver, type Recovery, type RecoveryDetail, type ServiceRecovery } from '../recovery/records.ts';
import { recoveryTable, showRecovery } from '../recovery/show.ts';
import { saveReport } from '../recovery/report.ts';

interface RecoveriesOptions extends ConnectionOptions {
  readonly open?: boolean;
  readonly report?: string;
  readonly json?: boolean;
}

/** `homeostasis recoveries [id]` */
export async function recoveries(id: string | undefined, options: RecoveriesOptions): Promise<void> {
  const connection = connect(options);
  if (id !== undefined) return one(connection, id, options);
  if (options.report !== undefined) {
    throw new CliError(
      exitCode.badInput,
      '--report: of which recovery? Name it: npx homeostasis recoveries <recovery> --report …',
    );
  }
  const all = await readAll<Recovery>(connection, 'recoveries');
  const shown = all.filter((each) => options.open !== true || !isOver(each)).sort((a, b) => b.startedAt - a.startedAt);
  if (options.json) return printJson({ recoveries: shown });
  if (shown.length === 0) return print(options.open === true ? 'no recovery is under way' : 'no recoveries so far');
  print(recoveryTable(shown));
}

async function one(connection: Connection, id: string, options: RecoveriesOptions): Promise<void> {
  const path = `/v1/recoveries/${encodeURIComponent(id)}`;
  const { body: detail } = await call<RecoveryDetail>(connection, { path });
  const services: ServiceRecovery[] = [...detail.services];
  for (let after = detail.next; after !== undefined;) {
    const { body } = await call<RecoveryDetail>(connection, { path, query: { after } });
    services.push(...body.services);
    after = body.next;
  }
  const { next: _next, ...rest } = detail;
  if (options.json) printJson({ ...rest, services });
  else showRecovery(detail, services);
  if (options.report !== undefined)
    await saveReport(connection, `recoveries/${encodeURIComponent(id)}`, options.report);
}
