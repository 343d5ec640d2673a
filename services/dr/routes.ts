import { readOnly } from '../../shared/pipeline/reading.ts';
import { notFound, type QueryAnswer, type QueryRoute } from '../../shared/ports/http.ts';
import type { RecordStore } from '../../shared/ports/record-store.ts';
import type { DrillRecord } from './drill-record.ts';
import type { FailbackRecord } from './failback-record.ts';
import { tally } from './finish.ts';
import {
  alertPrefix,
  cordonPrefix,
  drillPrefix,
  failbackPrefix,
  incidentPrefix,
  recoveryKey,
  recoveryPrefix,
  serviceRecoveriesPrefix,
} from './keys.ts';
import type { AlertRecord, CordonRecord, IncidentRecord, RecoveryRecord, ServiceRecoveryRecord } from './record.ts';
import { reportRoutes } from './report-routes.ts';
import { summaryOf } from './summary.ts';

/** Most records that one answer holds; `next` continues. */
const largestPage = 200;

/** Reads of what dr owns. */
export function routes(records: RecordStore): readonly QueryRoute[] {
  return [
    listOf<IncidentRecord>(records, 'incidents', incidentPrefix),
    listOf<AlertRecord>(records, 'alerts', alertPrefix),
    listOf<RecoveryRecord>(records, 'recoveries', recoveryPrefix),
    listOf<CordonRecord>(records, 'cordons', cordonPrefix, ({ lifted }) => !lifted),
    drillList(records),
    listOf<FailbackRecord>(records, 'failbacks', failbackPrefix),
    ...reportRoutes(records),
    {
      method: 'GET',
      path: '/recovery-summary',
      answer: async () => ({ status: 200, body: await summaryOf(readOnly(records)) }),
    },
    {
      method: 'GET',
      path: '/recoveries/:recovery',
      answer: ({ params, search }) => recoveryOf(records, params['recovery'] ?? '', search['after']),
    },
  ];
}

function listOf<T>(
  records: RecordStore,
  name: string,
  prefix: string,
  shown: (record: T) => boolean = () => true,
): QueryRoute {
  return {
    method: 'GET',
    path: `/${name}`,
    answer: async ({ search }) => {
      const page = await records.list<T>(prefix, pageFrom(search['after']));
      const found = page.items.map(({ value }) => value).filter(shown);
      return { status: 200, body: { [name]: found, ...nextOf(page) } };
    },
  };
}

/** Without what a drill planned for every service: that is in the answer about one. */
function drillList(records: RecordStore): QueryRoute {
  const all = listOf<DrillRecord>(records, 'drills', drillPrefix);
  return {
    ...all,
    answer: async (query) => {
      const { status, body } = await all.answer(query);
      const { drills, ...rest } = body as { readonly drills: readonly DrillRecord[] };
      return { status, body: { drills: drills.map(withoutPlan), ...rest } };
    },
  };
}

function withoutPlan({ applications: _applications, result, ...drill }: DrillRecord): object {
  return result === undefined ? drill : { ...drill, result: { ...result, estimates: [] } };
}

const pageFrom = (after: string | undefined): { readonly limit: number; readonly after?: string } => ({
  limit: largestPage,
  ...(after === undefined ? {} : { after }),
});
const nextOf = ({ next }: { readonly next?: string }): { readonly next?: string } =>
  next === undefined ? {} : { next };

/** With what its services have come to by now, and a page of them. */
async function recoveryOf(records: RecordStore, id: string, after: string | undefined): Promise<QueryAnswer> {
  const found = await records.get<RecoveryRecord>(recoveryKey(id));
  if (found === undefined) return notFound(`there is no recovery ${id}: GET /v1/recoveries lists them`);
  const {
    services: total,
    phases,
    served: _served,
    late: _late,
    ...result
  } = await tally(found.value, readOnly(records));
  const page = await records.list<ServiceRecoveryRecord>(serviceRecoveriesPrefix(id), pageFrom(after));
  const body = {
    ...found.value,
    total,
    phases: { ...phases, ...found.value.phases },
    result,
    services: page.items.map(({ value }) => value),
    expected: found.value.services,
    ...nextOf(page),
  };
  return { status: 200, body };
}
