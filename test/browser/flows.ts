import { randomUUID } from 'node:crypto';
import type { Page } from 'playwright-core';
import { check, equal, tabTo, until, weakContrasts } from './harness.ts';
import { costFlows } from './cost-flows.ts';
import { deployShop, publish, type Subject } from './subject.ts';
import { go, heading, hostile, live, scripted, type Flow } from './stage.ts';

/** In this order: each leaves the page connected, and the shop deployed once it is. */
export const flows: readonly Flow[] = [
  [
    'without a token the page asks for one, and says when it is refused',
    async ({ page, subject, complaints }) => {
      await page.goto(subject.base);
      await heading(page, 'Connect');
      complaints.expected.push('401');
      await page.getByLabel('Access token').fill('wrong');
      await page.getByRole('button', { name: 'Connect' }).click();
      await page.getByRole('alert').filter({ hasText: 'the token is not accepted' }).waitFor();
      await page.getByLabel('Access token').fill(subject.token);
      await page.getByRole('button', { name: 'Connect' }).click();
      await live(page);
      complaints.expected.length = 0;
    },
  ],
  [
    'the token of the fragment leaves the address bar and lasts for the tab',
    async ({ page, subject }) => {
      await page.evaluate('sessionStorage.clear()');
      await page.goto(`${subject.base}/#token=${subject.token}`);
      await page.reload();
      await live(page);
      check(!page.url().includes(subject.token), `the address still holds the token: ${page.url()}`);
      equal(await page.evaluate('JSON.stringify(localStorage)'), '{}', 'local storage');
    },
  ],
  [
    'an empty control plane says what to do next',
    async ({ page, subject }) => {
      scripted(subject);
      await go(page, '#/');
      await page.getByText('npx homeostasis deploy examples/shop.yaml').waitFor();
    },
  ],
  [
    'a deployment turns Ready before the eyes',
    async ({ page, subject }) => {
      subject.fixture?.script.held.add('web');
      await deployShop(subject);
      await go(page, '#/applications/shop');
      const web = page.locator('.matrix tr', { has: page.getByRole('link', { name: 'web', exact: true }) });
      if (subject.fixture !== undefined) {
        await web.getByText('Progressing').waitFor();
        await web.getByText('waiting for capacity').waitFor();
        await page.locator('.title', { hasText: 'Rolling out' }).waitFor();
        subject.fixture.script.held.delete('web');
      }
      await web.getByText('Ready').first().waitFor();
      await page.locator('.title', { hasText: 'Running' }).waitFor();
      equal(await page.locator('.matrix tbody tr').count(), 5, 'services in the matrix');
    },
  ],
  [
    'weights, endpoints and the gateway address are there',
    async ({ page, subject }) => {
      const { gateway } = await subject.get<{ readonly gateway: { readonly port: number } }>('/status');
      const link = page.locator(`a[href="http://web.shop.localhost:${gateway.port}"]`);
      await link.waitFor();
      const checkout = page.locator('.matrix tr', { has: page.getByRole('link', { name: 'checkout', exact: true }) });
      equal(await checkout.locator('td[data-state]').count(), 2, 'targets of checkout');
      equal(await checkout.locator('.bar .number').allTextContents(), ['50 %', '50 %'], 'weights of checkout');
      const worker = page.locator('.matrix tr', { has: page.getByRole('link', { name: 'mailer', exact: true }) });
      equal(await worker.locator('a').count(), 1, 'links of a worker');
    },
  ],
  [
    'the estimate is the one the control plane gives',
    async ({ page, subject }) => {
      type Decision = {
        readonly totals: { readonly total: { readonly expected: number } };
        readonly pricesAsOf: string;
      };
      const { totals, pricesAsOf } = await subject.get<Decision>('/applications/shop/decision');
      const card = page.locator('.card', { hasText: 'Estimate for a month' });
      const amount = (totals.total.expected / 1e6).toLocaleString('en-US', { style: 'currency', currency: 'USD' });
      await card.locator('.figure', { hasText: amount }).waitFor();
      await card.getByText(pricesAsOf).waitFor();
    },
  ],
  [
    'a service explains its place: candidates, reasons, prices',
    async ({ page, subject }) => {
      type Decision = {
        readonly eligible: readonly { readonly target: string }[];
        readonly placed: readonly { readonly target: string }[];
        readonly cost: { readonly lines: readonly { readonly source: string; readonly asOf: string }[] };
      };
      await page.getByRole('link', { name: 'accounts', exact: true }).click();
      await heading(page, 'accounts');
      const decision = await subject.get<Decision>('/applications/shop/decision/accounts');
      const rows = page.getByRole('region', { name: 'Candidates' }).locator('tbody tr');
      await rows.first().waitFor();
      equal(await rows.count(), decision.eligible.length, 'candidates');
      equal(await page.locator('tr.chosen').count(), decision.placed.length, 'chosen candidates');
      const totals = (await rows.locator('td.strong').allTextContents()).map(Number);
      equal(
        totals,
        totals.toSorted((a, b) => b - a),
        'candidates by score',
      );
      const residency = page.locator('details', { hasText: 'residency' });
      await residency.locator('summary').click();
      await residency.getByText('the data must stay in EU').first().waitFor();
      const lines = page.getByRole('region', { name: 'Cost lines' });
      for (const { source, asOf } of decision.cost.lines) {
        await lines.locator('tr', { hasText: source }).filter({ hasText: asOf }).first().waitFor();
      }
    },
  ],
  [
    'events filter by type and subject, and unfold',
    async ({ page }) => {
      await page.getByRole('link', { name: 'Events', exact: true }).click();
      await heading(page, 'Events');
      await page.getByLabel('Type').fill('deployment.ready');
      await page.getByLabel('Subject begins with').fill('shop/web');
      await page.getByRole('button', { name: 'Filter' }).click();
      await page.waitForURL(/type=dev\.homeostasis\.deployment\.ready/);
      const types = page.locator('.timeline .type');
      await until(
        page,
        `[...document.querySelectorAll('.timeline li')].length > 0 && [...document.querySelectorAll('.timeline .type')].every((e) => e.textContent === 'deployment.ready')`,
      );
      const subjects = await page.locator('.timeline .subject').allTextContents();
      check(
        subjects.every((text) => text.startsWith('shop/web')),
        `subjects: ${subjects.join(' ')}`,
      );
      await types.first().click();
      await page.locator('.body pre', { hasText: '"application": "shop"' }).waitFor();
    },
  ],
  [
    'one request is shown from its start, by cause',
    async ({ page }) => {
      await page.getByRole('link', { name: 'Everything of this request' }).click();
      await page.locator('.timeline .type').first().getByText('application.submitted').waitFor();
      const depths = await page
        .locator('.timeline li')
        .evaluateAll((items) =>
          items.map((item) => Number((item as unknown as { style: CSS }).style.getPropertyValue('--depth'))),
        );
      equal(depths[0], 0, 'depth of the first event');
      check(Math.max(...depths) >= 3, `no chain of causes: ${depths.join(' ')}`);
    },
  ],
  [
    'the timeline stands still on request, and goes live again',
    async ({ page, subject }) => {
      await go(page, '#/events');
      await page.getByRole('button', { name: 'Hold still' }).click();
      const before = await page.locator('.timeline .type').allTextContents();
      const type = `com.example.held-${randomUUID().slice(0, 8)}`;
      await publish(subject, { id: randomUUID(), type, subject: 'shop', data: {} });
      await page.getByRole('button', { name: /Go live \([1-9]/ }).waitFor();
      equal(await page.locator('.timeline .type').allTextContents(), before, 'the timeline while it is held');
      await page.getByRole('button', { name: /Go live/ }).click();
      await page.locator('.timeline .type', { hasText: type }).waitFor();
      await page.locator('.timeline li', { hasText: type }).getByText('nobody reads this type').waitFor();
    },
  ],
  [
    'hostile names are text',
    async ({ page, subject }) => {
      const subjectText = `shop/${hostile}`;
      await publish(subject, {
        id: randomUUID(),
        type: `com.example.${hostile}`,
        subject: subjectText,
        data: { hostile },
      });
      await page.locator('.timeline .subject', { hasText: subjectText }).first().click();
      await page.locator('.body pre', { hasText: '<img src=x' }).waitFor();
      const scope = 'private/nowhere';
      await publish(subject, {
        id: randomUUID(),
        type: 'dev.homeostasis.target.excluded.v1',
        data: { scope, reason: hostile },
      });
      await go(page, '#/regions');
      await page.locator('tr', { hasText: scope }).getByText(hostile).waitFor();
      await publish(subject, {
        id: randomUUID(),
        type: 'dev.homeostasis.target.readmitted.v1',
        data: { scope, reason: 'seen' },
      });
      await page.locator('tr', { hasText: scope }).waitFor({ state: 'detached' });
      await hostileCloud(page, subject);
      equal(
        await page.evaluate('[window.hacked, document.querySelectorAll("main img").length]'),
        [null, 0],
        'what it did',
      );
    },
  ],
  [
    'a region that goes down is an incident, is left, and comes back',
    async ({ page, subject }) => {
      const { script } = scripted(subject);
      const { deployments } = await subject.get<{ readonly deployments: readonly { readonly target: string }[] }>(
        '/deployments?application=shop',
      );
      const region = deployments.map(({ target }) => target.split('/').slice(0, 2).join('/'))[0] ?? '';
      script.down.add(region);
      await go(page, '#/regions');
      const row = page.getByRole('region', { name: 'Regions' }).locator('tr', { hasText: region });
      await row.getByText('Unreachable', { exact: false }).first().waitFor();
      await row.getByText('Excluded').waitFor();
      await page
        .getByRole('region', { name: 'Incidents' })
        .locator('tr', { hasText: region })
        .getByText('Open')
        .waitFor();
      script.down.delete(region);
      await row.getByText('in use').waitFor();
      await page.getByRole('region', { name: 'Incidents' }).getByText('Resolved', { exact: true }).last().waitFor();
    },
  ],
  [
    'a recovery is shown with its phases and its services, and a drill with its verdict',
    async ({ page, subject }) => {
      scripted(subject);
      const data = { drill: 'drill-aws', scope: 'aws', kind: 'shadow', reason: 'browser test' };
      await publish(subject, { id: randomUUID(), type: 'dev.homeostasis.drill.requested.v1', data });
      await go(page, '#/recoveries');
      await heading(page, 'Recoveries');
      const drill = page.getByRole('region', { name: 'Drills' }).locator('tr', { hasText: 'drill-aws' });
      await drill
        .getByText(/^(Pass|Fail)$|Pass|Fail/)
        .first()
        .waitFor();
      const row = page.getByRole('region', { name: 'Recoveries' }).locator('tbody tr').first();
      await row.getByText('Completed').waitFor();
      await row.getByRole('link').click();
      const phases = page.getByRole('region', { name: 'Phases' });
      for (const phase of ['detect', 'decide', 'exclude', 'place']) {
        await phases.locator('th', { hasText: new RegExp(`^${phase}$`) }).waitFor();
      }
      await page.getByRole('region', { name: 'Services' }).locator('tr', { hasText: 'shop/' }).first().waitFor();
      equal(await weakContrasts(page), [], 'weak contrast of a recovery');
      await page.getByRole('link', { name: 'All recoveries' }).click();
      await heading(page, 'Recoveries');
    },
  ],
  [
    'a cordon is shown beside the region, and lifted',
    async ({ page, subject }) => {
      const scope = 'gcp/asia-south1';
      const say = (type: string, more: object): Promise<unknown> =>
        publish(subject, {
          id: randomUUID(),
          type: `dev.homeostasis.target.${type}.v1`,
          data: { scope, reason: 'quota', ...more },
        });
      await say('excluded', { mode: 'cordon' });
      await go(page, '#/regions');
      const row = page.getByRole('region', { name: 'Regions' }).locator('tr', { hasText: scope });
      await row.getByText('Cordoned').waitFor();
      await say('readmitted', {});
      await row.waitFor({ state: 'detached' });
    },
  ],
  ...costFlows,
  [
    'a dead letter can be redriven',
    async ({ page, subject }) => {
      const { runtime } = scripted(subject);
      let broken = true;
      runtime.bus.subscribe({
        consumer: 'browser-test/on-poison',
        pattern: { 'detail-type': ['com.example.poison'] },
        deliver: () =>
          broken ? Promise.reject(Object.assign(new Error(hostile), { terminal: true })) : Promise.resolve(),
      });
      await publish(subject, { id: randomUUID(), type: 'com.example.poison', subject: 'a/b', data: {} });
      await go(page, '#/dead-letters');
      const row = page.locator('tr', { hasText: 'browser-test/on-poison' });
      await row.getByText(hostile).waitFor();
      broken = false;
      await row.getByRole('button', { name: 'Redrive com.example.poison' }).click();
      await page.getByText('None. Every event was handled.').waitFor();
      await page.locator('#said', { hasText: '1 put back in its queue' }).waitFor({ state: 'attached' });
      equal(
        await page.evaluate('[window.hacked, document.querySelectorAll("main img").length]'),
        [null, 0],
        'what it did',
      );
    },
  ],
  [
    'everything is reached by keyboard alone',
    async ({ page }) => {
      await go(page, '#/');
      await page.reload();
      await live(page);
      await heading(page, 'Applications');
      await tabTo(page, page.locator('.skip'), 1);
      await page.keyboard.press('Enter');
      await tabTo(page, page.locator('main tbody').getByRole('link', { name: 'shop', exact: true }), 3);
      await page.keyboard.press('Enter');
      await heading(page, 'shop');
      equal(await page.evaluate('document.activeElement.tagName'), 'H1', 'focus after a change of view');
      await page.locator('.matrix').waitFor();
      await tabTo(page, page.getByRole('link', { name: 'checkout', exact: true }));
      await page.keyboard.press('Enter');
      await heading(page, 'checkout');
      const summary = page.locator('summary').first();
      await summary.waitFor();
      await tabTo(page, summary);
      await page.keyboard.press('Enter');
      equal(await page.locator('details[open]').count(), 1, 'open sections');
    },
  ],
  [
    'focus and open sections survive live events',
    async ({ page, subject }) => {
      await go(page, '#/events');
      await page.locator('.event').first().focus();
      await page.keyboard.press('Enter');
      await page.locator('.timeline .body').waitFor();
      const held = await page.evaluate<string | undefined>('document.activeElement.dataset.sequence');
      check(held !== undefined, 'unfolding an event took the focus away from it');
      const type = `com.example.later-${randomUUID().slice(0, 8)}`;
      await publish(subject, { id: randomUUID(), type, subject: 'shop', data: {} });
      await page.locator('.timeline .type', { hasText: type }).waitFor();
      equal(await page.evaluate('document.activeElement.dataset.sequence'), held, 'the focused event');
      equal(await page.locator('.timeline .body').count(), 1, 'unfolded events');
    },
  ],
  [
    'a lost connection is shown, and nothing is missed over it',
    async ({ page, subject, complaints }) => {
      const fixture = scripted(subject);
      complaints.expected.push('ERR_CONNECTION_REFUSED', 'ERR_INCOMPLETE_CHUNKED_ENCODING', 'ERR_EMPTY_RESPONSE');
      await fixture.setOnline(false);
      await page.locator('#connection', { hasText: 'Reconnecting' }).waitFor();
      const missed = `com.example.missed-${randomUUID().slice(0, 8)}`;
      const event = { id: randomUUID(), type: missed, subject: 'shop', source: '/browser-test', data: {} };
      await fixture.runtime.bus.publish([
        {
          event: {
            specversion: '1.0',
            datacontenttype: 'application/json',
            time: '2026-01-01T00:00:00Z',
            correlationid: event.id,
            ...event,
          },
        },
      ]);
      await fixture.setOnline(true);
      await live(page);
      await page.locator('.timeline .type', { hasText: missed }).waitFor();
      complaints.expected.length = 0;
    },
  ],
  [
    'landmarks, one heading of the first rank, readable contrast in this scheme',
    async ({ page }) => {
      for (const hash of [
        '#/',
        '#/applications/shop',
        '#/applications/shop/checkout',
        '#/events',
        '#/regions',
        '#/recoveries',
        '#/cost',
        '#/dead-letters',
      ]) {
        await go(page, hash);
        await page.locator('h1').waitFor();
        await until(page, `!document.querySelector('main').textContent.includes('Reading')`);
        const counts = await page.evaluate(
          `['main', 'header', 'nav[aria-label="Console"]', 'h1'].map((each) => document.querySelectorAll(each).length)`,
        );
        equal(counts, [1, 1, 1, 1], `main, header, nav, h1 on ${hash}`);
        equal(await weakContrasts(page), [], `weak contrast on ${hash}`);
      }
    },
  ],
];

interface CSS {
  getPropertyValue(name: string): string;
}

/** A cloud that says hostile things of a deployment, and a scripted address for an endpoint. */
async function hostileCloud(page: Page, { fixture }: Subject): Promise<void> {
  if (fixture === undefined) return;
  fixture.script.degraded.set('thumbnails', hostile);
  fixture.script.endpoints.set('thumbnails', 'javascript:window.hacked=1');
  await go(page, '#/applications/shop');
  const cell = page.locator('.matrix td[data-state=degraded]');
  await cell.getByText(hostile).waitFor();
  await cell.getByText('javascript:window.hacked=1').waitFor();
  equal(await cell.locator('a').count(), 0, 'links made of a scripted address');
  fixture.script.degraded.delete('thumbnails');
  fixture.script.endpoints.delete('thumbnails');
  await cell.waitFor({ state: 'detached' });
}
