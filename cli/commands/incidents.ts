import { connect, type ConnectionOptions } from '../client.ts';
import { paint, print, printJson, table } from '../output.ts';
import { readAll } from '../recovery/read.ts';
import { aboutOf, type Incident } from '../recovery/records.ts';
import { moment } from '../recovery/show.ts';

/** `homeostasis incidents`: those that are open, or with `--all` every one, the newest first. */
export async function incidents(
  options: ConnectionOptions & { readonly all?: boolean; readonly json?: boolean },
): Promise<void> {
  const all = await readAll<Incident>(connect(options), 'incidents');
  const shown = all
    .filter(({ status }) => options.all === true || status === 'open')
    .sort((a, b) => b.detectedAt - a.detectedAt);
  if (options.json) return printJson({ incidents: shown });
  if (shown.length === 0)
    return print(options.all === true ? 'no incidents so far' : 'no incident is open; --all shows those that are over');
  print(table(['status', 'of', 'down since', 'detected', 'resolved', 'cause', 'why'], shown.map(row)));
}

function row(each: Incident): readonly string[] {
  const { status, downSince, detectedAt, resolvedAt, trigger = 'health', severity, reason } = each;
  return [
    paint(status === 'open' ? 'red' : 'green', status),
    aboutOf(each),
    moment(downSince),
    moment(detectedAt),
    moment(resolvedAt),
    severity === undefined ? trigger : `${trigger} (${severity})`,
    reason,
  ];
}
