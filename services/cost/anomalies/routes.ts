import { listAll } from '../../../shared/pipeline/reading.ts';
import type { QueryRoute } from '../../../shared/ports/http.ts';
import type { RecordStore } from '../../../shared/ports/record-store.ts';
import { anomalyPrefix } from '../keys.ts';
import type { AnomalyRecord } from './record.ts';

const defaultLimit = 100;
const largestLimit = 500;

/**
 * Anomalies that were told, the latest first.
 * @example GET /v1/cost/anomalies?application=shop&since=2026-11-01&limit=20
 */
export function anomalyRoutes(records: RecordStore): readonly QueryRoute[] {
  return [
    {
      method: 'GET',
      path: '/cost/anomalies',
      answer: async ({ search }) => {
        const { application, cloud, since = '' } = search;
        const limit = Math.min(largestLimit, Math.max(1, Number(search['limit'] ?? defaultLimit) || defaultLimit));
        const all = await listAll<AnomalyRecord>(records, anomalyPrefix);
        const wanted = all.filter(
          ({ series, day }) =>
            (application === undefined || series.application === application) &&
            (cloud === undefined || series.provider === cloud) &&
            day >= since,
        );
        const latest = wanted.sort((a, b) =>
          a.day === b.day ? b.impactMicros - a.impactMicros : a.day < b.day ? 1 : -1,
        );
        return { status: 200, body: { anomalies: latest.slice(0, limit).map(shown), total: wanted.length } };
      },
    },
  ];
}

function shown({ series, toldAt, ...rest }: AnomalyRecord) {
  return { kind: 'sudden', ...series, ...rest, toldAt: new Date(toldAt).toISOString() };
}
