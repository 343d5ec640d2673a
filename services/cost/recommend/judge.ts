import type { Draft } from '../../../shared/contracts/contract.ts';
import type { Change } from '../../../shared/pipeline/handler.ts';
import type { Judge, Judged, Judging } from '../judge.ts';
import { askPrefix } from '../keys.ts';
import { catalogueNow } from '../prices/catalogue-now.ts';
import { askKey, type AskRecord } from './ask.ts';
import { judgeCommitments } from './judge-commitments.ts';
import { judgeService } from './judge-service.ts';
import { offeringsById, readAsked } from './gather.ts';

/** Before every application: names begin with a letter or a digit. */
const first = '-';
/** Of a transaction's 100 items: one service more may still come on top. */
const roomFor = 55;

/**
 * What could cost less: commitments first, then application by application and page by page of its decision. The cursor says where
 * to go on: `application/page/service`, or `application` for those after it.
 */
export const judgeRecommendations: Judge = async (judging) => {
  const { cursor } = judging;
  if (cursor === undefined) return { ...(await judgeCommitments(judging)), cursor: first };
  const [application = '', page, index] = cursor.split('/');
  const at = page === undefined ? undefined : { page: Number(page), index: Number(index) };
  const ask = at === undefined ? await nextAsk(judging, application) : await askOf(judging, application);
  if (ask === undefined) return at === undefined ? {} : { cursor: application };
  return judgePage(ask, at ?? { page: 0, index: 0 }, judging);
};

const askOf = ({ context }: Judging, application: string): Promise<AskRecord | undefined> =>
  context.records.get<AskRecord>(askKey(application));

async function nextAsk({ context }: Judging, after: string): Promise<AskRecord | undefined> {
  const { items } = await context.records.list<AskRecord>(askPrefix, { after: askKey(after), limit: 1 });
  return items[0]?.value;
}

interface Place {
  readonly page: number;
  /** Of the service in it. */
  readonly index: number;
}

async function judgePage(ask: AskRecord, { page, index }: Place, judging: Judging): Promise<Judged> {
  const { context } = judging;
  const asked = await readAsked(ask, page, context, judging.given.settings);
  if (asked === undefined) return { cursor: ask.application };
  const offerings = offeringsById(await catalogueNow(context.records));
  const writes: Change[] = [];
  const events: Draft[] = [];
  for (const [i, decided] of asked.page.entries()) {
    if (i < index) continue;
    if (writes.length + events.length > roomFor) {
      return { writes, events, cursor: `${ask.application}/${page}/${i}` };
    }
    const judged = await judgeService(decided, { ask, asked, offerings, judging });
    writes.push(...(judged.writes ?? []));
    events.push(...(judged.events ?? []));
  }
  const more = page + 1 < asked.pages;
  return { writes, events, cursor: more ? `${ask.application}/${page + 1}/0` : ask.application };
}
