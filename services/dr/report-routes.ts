import { readOnly } from '../../shared/pipeline/reading.ts';
import { badRequest, notFound, type QueryAnswer, type QueryRoute } from '../../shared/ports/http.ts';
import type { RecordStore } from '../../shared/ports/record-store.ts';
import type { DrillRecord } from './drill-record.ts';
import type { FailbackRecord } from './failback-record.ts';
import { drillKey, failbackKey, recoveryKey } from './keys.ts';
import type { RecoveryRecord } from './record.ts';
import type { Report } from './report.ts';

/** Loaded when somebody asks for one: a page and its picture are no part of a function's start. */
const reports = () => import('./report.ts');

/** Reports as JSON or, with `?format=html`, as a page; drills and failbacks by their id. */
export function reportRoutes(records: RecordStore): readonly QueryRoute[] {
  const reader = readOnly(records);
  return [
    {
      method: 'GET',
      path: '/recoveries/:recovery/report',
      answer: async ({ params: { recovery = '' }, search }) => {
        const found = await reader.get<RecoveryRecord>(recoveryKey(recovery));
        if (found === undefined) return missing('recovery', recovery, 'recoveries');
        const { recoveryReport } = await reports();
        return inFormat(await recoveryReport(found, reader), search['format']);
      },
    },
    {
      method: 'GET',
      path: '/drills/:drill/report',
      answer: async ({ params: { drill = '' }, search }) => {
        const found = await reader.get<DrillRecord>(drillKey(drill));
        if (found === undefined) return missing('drill', drill, 'drills');
        const { drillReport, recoveryReport } = await reports();
        const { recovery: id } = found;
        const recovery = id === undefined ? undefined : await reader.get<RecoveryRecord>(recoveryKey(id));
        const measured = recovery === undefined ? undefined : await recoveryReport(recovery, reader);
        return inFormat(drillReport(found, measured), search['format']);
      },
    },
    {
      method: 'GET',
      path: '/drills/:drill',
      answer: async ({ params: { drill = '' } }) =>
        oneOf(await reader.get<DrillRecord>(drillKey(drill)), () => missing('drill', drill, 'drills')),
    },
    {
      method: 'GET',
      path: '/failbacks/:recovery',
      answer: async ({ params: { recovery = '' } }) =>
        oneOf(await reader.get<FailbackRecord>(failbackKey(recovery)), () =>
          missing('failback of', recovery, 'failbacks'),
        ),
    },
  ];
}

const oneOf = (found: unknown, otherwise: () => QueryAnswer): QueryAnswer =>
  found === undefined ? otherwise() : { status: 200, body: found };

async function inFormat(report: Report, format = 'json'): Promise<QueryAnswer> {
  switch (format) {
    case 'json':
      return { status: 200, body: report };
    case 'html': {
      const { page } = await import('./report-page.ts');
      return { status: 200, body: page(report), contentType: 'text/html; charset=utf-8' };
    }
    default:
      return badRequest(`format "${format.slice(0, 50)}" is not known: json or html`);
  }
}

const missing = (kind: string, id: string, list: string): QueryAnswer =>
  notFound(`there is no ${kind} ${id.slice(0, 120)}: GET /v1/${list} lists them`);
