import { markup, type Markup } from '../../shared/domain/markup.ts';
import type { Report, ReportPhase } from './report.ts';

const [width, labels, row, top] = [960, 230, 22, 26];
/** Services that the picture shows; the table has more. */
const mostRows = 40;

interface Row {
  readonly label: string;
  readonly phases: readonly ReportPhase[];
  /** Of a service: until when it had to be back. */
  readonly dueAt?: number;
}

/** A row for the whole and one for each service, a bar for each phase, from the first sign of the trouble to the last end. */
export function picture(report: Report): Markup {
  const rows = rowsOf(report);
  const from = Date.parse(report.since);
  const ends = rows.flatMap(({ phases }) => phases.map((each) => Date.parse(each.endedAt ?? each.startedAt)));
  const span = Math.max(1_000, Math.max(from, ...ends) - from);
  if (ends.length === 0) return markup``;
  const x = (at: number): number => Math.round(10 * (labels + ((at - from) / span) * (width - labels - 10))) / 10;
  const height = top + rows.length * row + 6;
  return markup`<svg role="img" aria-label="Timeline of ${report.title}" viewBox="0 0 ${width} ${height}">${axis(span, height)}${rows.map(
    (each, i) => rowOf(each, top + i * row, x),
  )}</svg>`;
}

function rowsOf({ phases, parts, since, title }: Report): readonly Row[] {
  const from = Date.parse(since);
  // Those of the services run beside each other: each has them in its own row.
  const own = phases.filter(({ phase }) => phase === 'detect' || phase === 'decide' || phase === 'exclude');
  const whole = own.length === 0 ? [] : [{ label: title, phases: own }];
  const services = parts.slice(0, mostRows).map(({ application, service, phases: of, rto }) => ({
    label: `${application}/${service}`,
    phases: of,
    dueAt: from + rto.objectiveMs,
  }));
  return [...whole, ...services];
}

function axis(span: number, height: number): readonly Markup[] {
  return [0, 1, 2, 3, 4].map((i) => {
    const at = labels + (i / 4) * (width - labels - 10);
    const anchor = i === 0 ? 'start' : i === 4 ? 'end' : 'middle';
    return markup`<line class="grid" x1="${at}" x2="${at}" y1="16" y2="${height}"/><text class="tick" x="${at}" y="11" text-anchor="${anchor}">${i === 0 ? '0' : duration((span * i) / 4)}</text>`;
  });
}

function rowOf({ label, phases, dueAt }: Row, y: number, x: (at: number) => number): Markup {
  // Traffic leaves while a replacement is made: its short bar lies over the long one.
  const inOrder = [...phases].sort((a, b) => Number(a.phase === 'shift-away') - Number(b.phase === 'shift-away'));
  const bars = inOrder.flatMap(({ phase, status, startedAt, endedAt, durationMs, detail }) => {
    if (status === 'skipped') return [];
    const [left, right] = [x(Date.parse(startedAt)), x(Date.parse(endedAt ?? startedAt))];
    const took = durationMs === undefined ? 'not over' : duration(durationMs);
    return [
      markup`<rect class="bar ${phase} ${status}" x="${left}" y="${y + 3}" width="${Math.max(2, right - left)}" height="${row - 6}"><title>${phase}: ${status}, ${took}. ${detail}</title></rect>`,
    ];
  });
  const due = dueAt === undefined ? undefined : x(dueAt);
  const line =
    due === undefined || due > width - 8
      ? markup``
      : markup`<line class="due" x1="${due}" x2="${due}" y1="${y}" y2="${y + row}"><title>RTO</title></line>`;
  const shown = label.length > 34 ? `${label.slice(0, 33)}…` : label;
  return markup`<text class="label" x="0" y="${y + 15}">${shown}<title>${label}</title></text>${bars}${line}`;
}

/** For a person: `850 ms`, `12.4 s`, `3 min 20 s`. */
export function duration(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${Math.round(ms / 100) / 10} s`;
  const seconds = Math.round(ms / 1_000);
  const [minutes, rest] = [Math.floor(seconds / 60), seconds % 60];
  if (minutes >= 60) return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
  return rest === 0 ? `${minutes} min` : `${minutes} min ${rest} s`;
}
