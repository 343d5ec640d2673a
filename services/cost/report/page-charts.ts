import { counted } from '../../../shared/domain/counted.ts';
import { daysOf } from '../../../shared/domain/calendar.ts';
import { markup, type Markup } from '../../../shared/domain/markup.ts';
import { amount } from './page-money.ts';
import type { CurrencyReport } from './record.ts';

const [width, height, left, bottom, top] = [960, 240, 70, 24, 10];
const floor = height - bottom;
/** Colours there are; further clouds share the last. */
const colours = 6;

/** Cost by day, clouds on top of each other; negative days (credits) stand as nothing and are in the table. */
export function daysPicture({ days, byCloud, currency }: CurrencyReport, period: string): Markup {
  const own = days.filter(({ day }) => day.startsWith(period));
  if (own.length === 0) return markup``;
  const clouds = byCloud.map(({ key }) => key ?? '');
  const { from, to } = daysOf(period);
  const most = Math.max(1, ...own.map(({ clouds: parts = {} }) => sum(Object.values(parts).map(positive))));
  const slot = (width - left) / (to - from);
  const bars = own.flatMap(({ day, clouds: parts = {} }) => {
    let y = floor;
    return clouds.flatMap((cloud, i) => {
      const size = (positive(parts[cloud] ?? 0) / most) * (floor - top);
      if (size === 0) return [];
      y -= size;
      const x = left + (Number(day.slice(8)) - 1) * slot;
      const told = `${day}, ${cloud}: ${amount(parts[cloud] ?? 0, currency)}`;
      return [bar({ x: x + 1, y, width: slot - 2, height: size }, colour(i), told)];
    });
  });
  const keys = clouds.map((cloud, i) => markup`<span class="key"><i class="${colour(i)}"></i>${cloud}</span>`);
  const label = `Cost by day of ${period}: ${counted(own.length, 'day')}, at most ${amount(most, currency)} a day; the table below has the figures`;
  return markup`<h3>Days</h3><p class="keys">${keys}</p>${svg(label, [...axis(most, currency), ...dayTicks(period, slot), ...bars])}`;
}

/** Months, and for the one that is not over what it will come to, with its range. */
export function monthsPicture({ months, forecast, currency }: CurrencyReport, period: string): Markup {
  if (months.length === 0) return markup``;
  const most = Math.max(1, forecast?.highMicros ?? 0, ...months.map(({ micros }) => micros));
  const y = (micros: number): number => round(floor - (positive(micros) / most) * (floor - top));
  const slot = Math.min(90, (width - left) / months.length);
  const bars = months.flatMap(({ month, micros }, i) => {
    const x = left + i * slot;
    const place = { x: x + slot / 6, width: (slot * 2) / 3 };
    const own = bar(
      { ...place, y: y(micros), height: floor - y(micros) },
      'c0',
      `${month}: ${amount(micros, currency)}`,
    );
    const tick = markup`<text class="tick" x="${round(x + slot / 2)}" y="${height - 8}" text-anchor="middle">${month}</text>`;
    return month === period && forecast !== undefined ? [band(place, y, forecast, currency), own, tick] : [own, tick];
  });
  const told = forecast === undefined ? '' : `; ${period} will come to ${amount(forecast.micros, currency)}`;
  const label = `Cost by month, ${counted(months.length, 'month')}${told}; the table below has the figures`;
  return markup`<h3>Months</h3>${svg(label, [...axis(most, currency), ...bars])}`;
}

interface Place {
  readonly x: number;
  readonly width: number;
}

function band(
  { x, width: wide }: Place,
  y: (micros: number) => number,
  { micros, lowMicros, highMicros }: NonNullable<CurrencyReport['forecast']>,
  currency: string,
): Markup {
  const told = `forecast ${amount(micros, currency)}, eight times in ten ${amount(lowMicros, currency)} to ${amount(highMicros, currency)}`;
  const [upper, lower, middle] = [y(highMicros), y(lowMicros), y(micros)];
  const range = bar({ x, width: wide, y: upper, height: Math.max(1, lower - upper) }, 'band', told);
  return markup`${range}<line class="forecast" x1="${round(x)}" x2="${round(x + wide)}" y1="${middle}" y2="${middle}"/>`;
}

const svg = (label: string, parts: readonly Markup[]): Markup =>
  markup`<svg role="img" aria-label="${label}" viewBox="0 0 ${width} ${height}">${parts}</svg>`;

function bar(of: Place & { readonly y: number; readonly height: number }, kind: string, told: string): Markup {
  return markup`<rect class="${kind}" x="${round(of.x)}" y="${round(of.y)}" width="${round(of.width)}" height="${round(of.height)}"><title>${told}</title></rect>`;
}

function axis(most: number, currency: string): readonly Markup[] {
  return [0, 0.5, 1].map((part) => {
    const y = round(floor - part * (floor - top));
    return markup`<line class="grid" x1="${left}" x2="${width}" y1="${y}" y2="${y}"/><text class="tick" x="${left - 6}" y="${y + 4}" text-anchor="end">${short(most * part, currency)}</text>`;
  });
}

function dayTicks(period: string, slot: number): readonly Markup[] {
  const { from, to } = daysOf(period);
  return [1, 5, 10, 15, 20, 25, to - from].map((day) => {
    const x = round(left + (day - 0.5) * slot);
    return markup`<text class="tick" x="${x}" y="${height - 8}" text-anchor="middle">${day}</text>`;
  });
}

/** An axis has little room. */
function short(micros: number, currency: string): string {
  const units = micros / 1e6;
  if (units >= 1e6) return `${(units / 1e6).toFixed(1)} M`;
  if (units >= 1e4) return `${(units / 1e3).toFixed(0)} k`;
  return units >= 100 ? units.toFixed(0) : amount(micros, '').trim() + (units === 0 ? '' : ` ${currency}`);
}

const colour = (i: number): string => `c${Math.min(i, colours - 1)}`;
const positive = (micros: number): number => Math.max(0, micros);
const sum = (all: readonly number[]): number => all.reduce((a, b) => a + b, 0);
const round = (value: number): number => Math.round(value * 10) / 10;
