import type { CostReport } from '../../../shared/contracts/cost-views.ts';
import { dayAt, monthOf } from '../../../shared/domain/calendar.ts';
import { notFound, problem, type Query, type QueryAnswer, type QueryRoute } from '../../../shared/ports/http.ts';
import type { Clock } from '../../../shared/ports/clock.ts';
import type { RecordStore } from '../../../shared/ports/record-store.ts';
import { estimatePrefix, reportPrefix } from '../keys.ts';
import type { EstimateRecord } from '../estimates/record.ts';
import { reportKey, type ReportRecord } from './record.ts';

interface Ports {
  readonly records: RecordStore;
  readonly clock: Clock;
}

/** Services whose estimate is written out in one answer: a month of each is some 60 KB. */
const exportPage = 25;

/** Reports as the last sweep left them, and our estimates as rows of FOCUS. */
export function reportRoutes({ records, clock }: Ports): readonly QueryRoute[] {
  const thisMonth = (): string => monthOf(dayAt(clock.now()));
  return [
    {
      method: 'GET',
      path: '/cost/report',
      answer: async ({ search }: Query): Promise<QueryAnswer> => {
        const period = search['period'] ?? thisMonth();
        if (!isMonth(period)) return badMonth('period', period);
        const found = await records.get<ReportRecord>(reportKey(period));
        if (found === undefined) return nothingOf(period, await periods(records));
        const format = search['format'] ?? 'json';
        if (format === 'html') {
          const { page } = await import('./page.ts');
          return { status: 200, body: page(found.value), contentType: 'text/html; charset=utf-8' };
        }
        if (format !== 'json') return badFormat(format);
        const { at, ...report } = found.value;
        const readAt = new Date(at).toISOString();
        const body: CostReport = { ...report, cost: 'billed', readAt, periods: await periods(records) };
        return { status: 200, body };
      },
    },
    {
      method: 'GET',
      path: '/cost/export',
      answer: async ({ search }: Query): Promise<QueryAnswer> => {
        const month = search['month'] ?? thisMonth();
        if (!isMonth(month)) return badMonth('month', month);
        const { after } = search;
        // It brings the catalogue, which no other read needs.
        const { focusColumns, focusRows } = await import('./focus-rows.ts');
        const page = await records.list<EstimateRecord>(estimatePrefix, {
          limit: exportPage,
          ...(after === undefined ? {} : { after }),
        });
        const rows = page.items.flatMap(({ value }) => focusRows(value, month, clock.now()));
        const next = page.next === undefined ? {} : { next: page.next };
        return { status: 200, body: { month, columns: focusColumns, rows, ...next } };
      },
    },
  ];
}

async function periods(records: RecordStore): Promise<readonly string[]> {
  const { items } = await records.list<ReportRecord>(reportPrefix, { limit: 200 });
  return items.map(({ value }) => value.period).sort();
}

const isMonth = (text: string): boolean => /^\d{4}-(0[1-9]|1[0-2])$/.test(text);

const badMonth = (field: string, given: string): QueryAnswer =>
  invalid(field, `${field} is "${given}" where a month such as 2026-11 is meant`);

const badFormat = (given: string): QueryAnswer =>
  invalid('format', `format "${given.slice(0, 50)}" is not known: json or html`);

const invalid = (field: string, detail: string): QueryAnswer =>
  problem(422, 'Invalid request', detail, [{ field, detail }]);

function nothingOf(period: string, known: readonly string[]): QueryAnswer {
  const there = known.length === 0 ? 'no bill has been imported yet' : `there are reports of ${known.join(', ')}`;
  return notFound(
    `nothing is known of what ${period} cost: ${there}; import a bill (homeostasis cost import), or sweep (homeostasis cost sweep)`,
  );
}
