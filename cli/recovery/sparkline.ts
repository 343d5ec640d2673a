const blocks = '▁▂▃▄▅▆▇█';
/** Nobody knows: not the same as nothing. */
const unknown = '·';

interface Axis {
  /** Start of the newest step, seconds since the epoch. */
  readonly newest: number;
  readonly step: number;
  readonly count: number;
}

/** Points by time into columns, the newest last; a step without a point is undefined. */
export function columns(points: readonly (readonly number[])[], { newest, step, count }: Axis): (number | undefined)[] {
  const known = new Map(points.map(([at, value]) => [at, value]));
  return Array.from({ length: count }, (_, i) => known.get(newest - (count - 1 - i) * step));
}

/** From zero, so that a flat line at the bottom is little and one at the top is as much as ever: shapes of metrics compare. */
export function sparkline(values: readonly (number | undefined)[]): string {
  const most = Math.max(...values.map((value) => value ?? 0));
  return values.map((value) => (value === undefined ? unknown : block(most > 0 ? value / most : 0))).join('');
}

function block(share: number): string {
  const level = Math.min(blocks.length - 1, Math.max(0, Math.ceil(share * blocks.length) - 1));
  return blocks[level] ?? '';
}

/** A value with its unit (UCUM, as OpenTelemetry has it), as people say it. */
export function figure(value: number | undefined, unit: string): string {
  if (value === undefined) return 'unknown';
  if (unit === 's') return value < 1 ? `${Math.round(value * 1000)} ms` : `${value.toFixed(2)} s`;
  if (unit === '1') return `${(value * 100).toFixed(1)} %`;
  if (unit === 'By') return bytes(value);
  const rounded = String(Number(value.toFixed(2)));
  return `${rounded} ${unit.replace(/[{}]/g, '')}${rounded === '1' ? '' : 's'}`;
}

function bytes(value: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  const power = value < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log2(value) / 10));
  return `${Number((value / 1024 ** power).toFixed(1))} ${units[power]}`;
}
