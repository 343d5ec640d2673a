import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventually, type Stage } from '../check.ts';
import { startPlane, type Plane } from '../stand-ins.ts';
import type { Row } from './interpret.ts';

/** A control plane as a person starts it, with the shop running on it and its services estimated. */
export async function shopOnPlane(stage: Stage): Promise<Plane> {
  const plane = await startPlane(stage, { workloads: 'process' });
  await plane.homeostasis('deploy', 'examples/shop.yaml', '--wait');
  await eventually(stage, 30, async () => {
    const { estimates } = await plane.read<{ readonly estimates: readonly unknown[] }>('/v1/cost/estimates');
    if (estimates.length < 5) throw new Error(`${estimates.length} of 5 services are estimated`);
  });
  return plane;
}

/** What `homeostasis cost report --focus` prints, as anybody's program would read it. */
export async function printedRows(plane: Plane): Promise<{ readonly text: string; readonly rows: readonly Row[] }> {
  const text = await plane.homeostasis('cost', 'report', '--focus');
  const [head = [], ...lines] = fieldsOf(text);
  const rows = lines.map((line) =>
    Object.fromEntries(head.map((column, i) => [column, line[i] === '' ? null : line[i]])),
  );
  return { text, rows: rows as readonly Row[] };
}

/** What is written out is a bill like any other: the same program reads it, to the same total. @throws Error */
export async function mustBeReadAgain(
  stage: Stage,
  plane: Plane,
  { text, rows }: Awaited<ReturnType<typeof printedRows>>,
) {
  const file = join(stage.folder, 'estimates.csv');
  writeFileSync(file, text);
  const { files } = JSON.parse(await plane.homeostasis('cost', 'import', file, '--json')) as {
    readonly files: readonly { readonly bills: readonly { readonly totalMicros: number }[] }[];
  };
  const read = files.flatMap(({ bills }) => bills).reduce((sum, { totalMicros }) => sum + totalMicros, 0);
  const printed = rows.reduce((sum, row) => sum + Math.round(Number(row['BilledCost']) * 1e6), 0);
  if (read !== printed || read <= 0) throw new Error(`printed ${printed} micro-dollars, and ${read} were read`);
}

/** RFC 4180, read on its own: not by what wrote it. */
function fieldsOf(text: string): string[][] {
  const lines: string[][] = [];
  let fields: string[] = [];
  for (const [, quoted, plain = '', end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|$)/g)) {
    if (end === '' && quoted === undefined && plain === '' && fields.length === 0) break;
    fields.push(quoted?.replaceAll('""', '"') ?? plain);
    if (end === ',') continue;
    lines.push(fields);
    fields = [];
  }
  return lines;
}
