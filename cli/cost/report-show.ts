import { adds, isAmortised } from '../../shared/domain/cost-report.ts';
import { reachOf, type Reach } from '../../shared/domain/bill-reach.ts';
import { counted } from '../../shared/domain/counted.ts';
import { printTable } from '../fit.ts';
import { paint, print } from '../output.ts';
import { sparkline } from '../recovery/sparkline.ts';
import { change, money, share } from './money.ts';
import type { Bill, CurrencyReport, Part, Range, Report } from './records.ts';
import { dimensions, partsOf, sumOf, type Dimension } from './report-parts.ts';

/** Of a month: each currency for itself, for they are never added. */
export function showReport(report: Report, by: Dimension, bills: readonly Bill[]): void {
  const { period, readAt, requests, requestMicros, currencies } = report;
  print(`${paint('bold', period)}, billed (days in UTC); judged ${readAt.slice(0, 19)}Z`);
  if (currencies.length === 0) {
    print('\nno bill has a charge of this month: "npx homeostasis cost bills" shows what there is');
  }
  for (const each of currencies) showCurrency(each, by, report);
  if (currencies.length > 0) print();
  for (const each of currencies) print(verdict(each, { period, readAt, bills }));
  if (requests > 0)
    print(paint('dim', `the sweep itself: ${counted(requests, 'paid request')}, ${money(requestMicros)}`));
}

function showCurrency(report: CurrencyReport, by: Dimension, { period, shared, readAt }: Report): void {
  const { currency, totalMicros, effectiveMicros = totalMicros, sharedMicros, forecast } = report;
  print();
  print(`billed      ${paint('bold', money(totalMicros, currency))}${trend(report, period)}`);
  const amortised = isAmortised(report);
  if (amortised) {
    print(`amortised   ${money(effectiveMicros, currency)} (commitments spread over what they cover)`);
  }
  if (forecast !== undefined && (forecast.micros !== totalMicros || readAt.startsWith(period))) {
    print(`forecast    ${forecastOf(forecast, currency)}`);
  }
  const reach = reachOf(report, period);
  if (reach.length > 0) print(`bills reach ${reached(reach)}`);
  if (sharedMicros !== 0) {
    const part = `${money(sharedMicros, currency)} (${share(sharedMicros, totalMicros)})`;
    print(`shared      ${part} that no tag claims, ${splitBy(shared)}`);
  }
  showDays(report, period);
  print();
  const head = headOf(by, amortised);
  const rows = partsOf(report, by).map((part) => rowOf(part, report, { by, amortised }));
  printTable(head, rows, { figures: head.slice(1) });
}

const forecastOf = ({ micros, lowMicros, highMicros }: Range, currency: string): string =>
  `${money(micros, currency)} by the month's end (${money(lowMicros, currency)} to ${money(highMicros, currency)} eight times in ten)`;

/** The slowest first; those that are as far are named together. */
function reached(reach: readonly Reach[]): string {
  const days = [...new Set(reach.map(({ day }) => day))];
  const on = (day: string): string => reach.flatMap((each) => (each.day === day ? [each.cloud] : [])).join(', ');
  return days.map((day) => `${day} (${on(day)})`).join(', ');
}

/** What becomes of cost that no tag claims, by the rule of the configuration. */
function splitBy(rule: string): string {
  switch (rule) {
    case 'proportional':
      return 'split as the direct cost is';
    case 'even':
      return 'split in equal parts';
    case 'separate':
      return 'in a row of its own';
    default:
      return `split: ${rule}`;
  }
}

/** The same days of the month before: half a month is not held against a whole one. */
function trend({ days, currency }: CurrencyReport, period: string): string {
  const own = days.filter(({ day }) => day.startsWith(period));
  const last = own.at(-1)?.day.slice(8);
  const before = days.filter(({ day }) => !day.startsWith(period) && day.slice(8) <= (last ?? ''));
  const [now, then] = [sumOf(own), sumOf(before)];
  const [first] = before;
  if (last === undefined || first === undefined || then <= 0) return '';
  const month = first.day.slice(0, 7);
  return `, ${change(now / then - 1)} against ${money(then, currency)} on the same days of ${month}`;
}

function showDays({ days, months, currency }: CurrencyReport, period: string): void {
  const own = new Map(days.filter(({ day }) => day.startsWith(period)).map(({ day, micros }) => [day, micros]));
  const last = Number([...own.keys()].at(-1)?.slice(8) ?? 0);
  const columns = Array.from({ length: last }, (_, i) => own.get(`${period}-${String(i + 1).padStart(2, '0')}`));
  const [dearest] = [...own].sort(([, a], [, b]) => b - a);
  if (dearest !== undefined) {
    const most = `1 to ${last}, at most ${money(dearest[1], currency)} on ${dearest[0]}`;
    print(`days        ${sparkline(columns)}  ${paint('dim', most)}`);
  }
  if (months.length < 2) return;
  const [first, final] = [months[0]?.month, months.at(-1)?.month];
  print(`months      ${sparkline(months.map(({ micros }) => micros))}  ${paint('dim', `${first} to ${final}`)}`);
}

const headOf = (by: Dimension, amortised: boolean): string[] => [
  by.replace('-', ' '),
  'cost',
  'share',
  'of it shared',
  ...(amortised ? ['amortised'] : []),
  ...(by === 'service' ? ['a million requests'] : []),
];

function rowOf(
  part: Part,
  report: CurrencyReport,
  { by, amortised }: { readonly by: Dimension; readonly amortised: boolean },
): string[] {
  const { key, micros, sharedMicros, effectiveMicros = micros, unit } = part;
  const { currency, totalMicros } = report;
  const perMillion = unit === undefined ? '-' : `${money(unit.microsPerMillion, currency)} (${unit.days} d)`;
  return [
    key ?? paint('dim', '(nobody)'),
    money(micros, currency),
    share(micros, totalMicros),
    sharedMicros === 0 ? '-' : money(sharedMicros, currency),
    ...(amortised ? [money(effectiveMicros, currency)] : []),
    ...(by === 'service' ? [perMillion] : []),
  ];
}

/** Whether every list adds up to its total, to the micro-unit. */
export function addsUp({ currencies }: Report): boolean {
  return currencies.every((each) => dimensions.every((by) => adds(partsOf(each, by), each)));
}

interface Against {
  readonly period: string;
  readonly readAt: string;
  readonly bills: readonly Bill[];
}

/** Summed here, from what is shown and from what the bills say of themselves. */
function verdict(report: CurrencyReport, { period, readAt, bills }: Against): string {
  const { currency, totalMicros } = report;
  const wrong = dimensions.find((by) => !adds(partsOf(report, by), report));
  if (wrong !== undefined) {
    const sum = sumOf(partsOf(report, wrong));
    const of =
      sum === totalMicros ? 'not the same amortised' : `${money(sum, currency)} of ${money(totalMicros, currency)}`;
    return paint('red', `adds up to the bill: no: by ${wrong} it is ${of}`);
  }
  const own = bills.filter((each) => each.period === period && each.current.currency === currency);
  const billed = own.reduce((sum, { current }) => sum + current.totalMicros, 0);
  const of = `${counted(own.length, 'bill')} of ${period}, ${money(billed, currency)}`;
  if (billed === totalMicros) return `${paint('green', 'adds up to the bill: yes')} (${of}, to the micro-unit)`;
  const since = own.some(({ current }) => current.importedAt > Date.parse(readAt));
  const why = since
    ? 'a bill came in since then: the next sweep reads it'
    : 'bills hold days of other months, which count there';
  return `${paint('yellow', 'adds up to the bill: not of this month alone')} (${of}: ${why})`;
}
