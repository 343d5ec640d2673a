import { notFound, type QueryAnswer, type QueryRoute } from '../../../shared/ports/http.ts';
import type { RecordStore } from '../../../shared/ports/record-store.ts';
import { recommendationPrefix } from '../keys.ts';
import { recommendationKey, type RecommendationRecord } from './record.ts';

/** Most that one answer holds, and records looked through for it; `next` continues. */
const largestPage = 200;

/**
 * What could cost less, and what became of what was applied. `state` and `application` select; within a page the best first.
 *
 * @example GET /v1/cost/recommendations?state=open&application=shop
 */
export function recommendationRoutes(records: RecordStore): readonly QueryRoute[] {
  return [
    {
      method: 'GET',
      path: '/cost/recommendations',
      answer: async ({ search }) => {
        const { state, application, service } = search;
        const after = search['after'] === undefined ? {} : { after: recommendationKey(search['after']) };
        const page = await records.list<RecommendationRecord>(recommendationPrefix, { limit: largestPage, ...after });
        const recommendations = page.items
          .map(({ value }) => value)
          .filter(
            (each) =>
              (state === undefined || state.split(',').includes(each.state)) &&
              (application === undefined || each.application === application) &&
              (service === undefined || each.service === service),
          )
          .sort((a, b) => b.monthlySavingMicros - a.monthlySavingMicros || (a.id < b.id ? -1 : 1));
        const next = page.next === undefined ? {} : { next: page.next.slice(recommendationPrefix.length) };
        return { status: 200, body: { recommendations, ...next } };
      },
    },
    {
      method: 'GET',
      path: '/cost/recommendations/:id',
      answer: async ({ params }) => {
        const id = params['id'] ?? '';
        const found = await records.get<RecommendationRecord>(recommendationKey(id));
        return found === undefined ? unknown(id) : { status: 200, body: found.value };
      },
    },
  ];
}

const unknown = (id: string): QueryAnswer =>
  notFound(`there is no recommendation ${id}: GET /v1/cost/recommendations lists them`);
