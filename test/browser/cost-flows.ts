import { recommendationKey, type RecommendationRecord } from '../../services/cost/recommend/record.ts';
import { weakContrasts, equal } from './harness.ts';
import { go, heading, hostile, scripted, type Flow } from './stage.ts';
import type { Subject } from './subject.ts';

/** A bill of this month, of yesterday or today: thirty dollars of the shop (a commitment makes it 24), and ten that belong to a team with a hostile name. */
function bill(): string {
  const now = new Date();
  const month = now.toISOString().slice(0, 7);
  const first = `${month}-01T00:00:00Z`;
  const next = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1, 1)).toISOString();
  const columns = ['BilledCost', 'EffectiveCost', 'BillingCurrency', 'ProviderName', 'BillingAccountId', 'ServiceName'];
  const times = [
    'BillingPeriodStart',
    'BillingPeriodEnd',
    'ChargePeriodStart',
    'ChargePeriodEnd',
    'ChargeCategory',
    'Tags',
  ];
  const row = (cost: string, application: string, effective = cost): string => {
    const tags = JSON.stringify({ 'homeostasis:application': application, 'homeostasis:service': 'web' });
    const cells = [
      cost,
      effective,
      'USD',
      'AWS',
      '123456789012',
      'Amazon ECS',
      first,
      next,
      first,
      `${month}-02T00:00:00Z`,
      'Usage',
    ];
    return [...cells, `"${tags.replaceAll('"', '""')}"`].join(',');
  };
  return `${[[...columns, ...times].join(','), row('30', 'shop', '24'), row('10', hostile)].join('\n')}\n`;
}

/** As cost would make one, of the shop's web service: it halves the replicas. */
async function recommend({ fixture, get }: Subject): Promise<string> {
  const { services } = await get<{ readonly spec: Spec }>('/applications/shop/spec').then(({ spec }) => spec);
  const replicas = services.find(({ name }) => name === 'web')?.replicas;
  const now = Date.now();
  const id = 'rightsize-shop-web-00c0ffee';
  const record: RecommendationRecord = {
    ...{ id, kind: 'rightsize', application: 'shop', service: 'web', state: 'open', why: 'made' },
    ...{ since: now, madeAt: now, rank: 1, insteadOf: [], history: [], evidence: [] },
    ...{
      monthlySavingMicros: 12_340_000,
      oneOffMicros: 0,
      confidence: 0.9,
      risk: 'low',
      reason: `it idles ${hostile}`,
    },
    change: [{ path: '/replicas', ...(replicas === undefined ? {} : { from: replicas }), to: 3 }],
  };
  await fixture?.runtime.records.commit({
    writes: [{ key: recommendationKey(id), value: record, expectedVersion: 0 }],
    events: [],
  });
  return id;
}

interface Spec {
  readonly services: readonly { readonly name: string; readonly replicas?: unknown }[];
}

export const costFlows: readonly Flow[] = [
  [
    'what the month cost is shown when its bill has been judged',
    async ({ page, subject }) => {
      scripted(subject);
      await go(page, '#/cost');
      await heading(page, 'Cost');
      await page.getByText('No bill has been judged so far.').waitFor();
      const answer = await subject.post('/cost/bills?name=console.csv', bill(), 'text/csv');
      if (answer.status !== 202) throw new Error(`the bill was answered ${answer.status}: ${await answer.text()}`);
      await page.locator('.card', { hasText: 'Billed so far' }).getByText('$40.00').waitFor();
      const rows = page.getByRole('region', { name: 'By application, USD' });
      await rows.locator('tr', { hasText: 'shop' }).getByText('$30.00').waitFor();
      await rows.locator('tr', { hasText: 'shop' }).getByText('$24.00').waitFor();
      await page.locator('.card', { hasText: 'Billed so far' }).getByText('Amortised: $34.00.').waitFor();
      await rows.locator('th', { hasText: hostile }).waitFor();
      const clouds = page.getByRole('region', { name: 'By cloud, USD' });
      await clouds
        .locator('tr', { hasText: 'aws' })
        .getByText(`${new Date().toISOString().slice(0, 7)}-01`)
        .waitFor();
      await page
        .getByRole('region', { name: 'Budgets' })
        .locator('tr', { hasText: 'everything' })
        .getByText('40 %')
        .waitFor();
      equal(await page.evaluate('document.querySelectorAll("main img").length'), 0, 'images made of a name');
      equal(await weakContrasts(page), [], 'weak contrast of cost');
    },
  ],
  [
    'a recommendation is applied by who was asked twice, and goes live',
    async ({ page, subject }) => {
      scripted(subject);
      const id = await recommend(subject);
      await page.reload();
      const row = page.getByRole('region', { name: 'Recommendations' }).locator('tr', { hasText: id });
      await row.getByText('$12.34 a month').waitFor();
      await row.getByText(hostile).waitFor();
      await row.getByRole('button', { name: `Apply ${id}` }).click();
      await row.getByRole('button', { name: `Not now ${id}` }).click();
      await row.getByRole('button', { name: `Apply ${id}` }).click();
      await row.getByRole('button', { name: `Apply now ${id}` }).click();
      await row.getByText('Live').waitFor();
      const { cause } = await subject.get<{ readonly cause: string }>('/applications/shop');
      equal(cause, 'recommended', 'cause of the revision');
    },
  ],
];
