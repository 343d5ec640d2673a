import { parseArgs } from 'node:util';
import type { Browser } from 'playwright-core';
import { flows } from './flows.ts';
import { equal, launch, openPage, Skipped, until, weakContrasts } from './harness.ts';
import type { Flow } from './stage.ts';
import { subjectAt, type Subject } from './subject.ts';

/**
 * The console in a real browser. Against its own control plane in memory, or a running one:
 * `node test/browser/console.ts [--url 'http://127.0.0.1:4600/#token=…'] [--shots <folder>]`
 */
const { values } = parseArgs({ options: { url: { type: 'string' }, shots: { type: 'string' } } });
const say = (text: string): boolean => process.stdout.write(`${text}\n`);
const tally = { passed: 0, failed: 0, skipped: 0 };

async function attempt(name: string, run: () => Promise<void>): Promise<void> {
  try {
    await run();
    tally.passed += 1;
    say(`ok    ${name}`);
  } catch (error) {
    if (error instanceof Skipped) {
      tally.skipped += 1;
      say(`skip  ${name}: ${error.message}`);
      return;
    }
    tally.failed += 1;
    say(`FAIL  ${name}\n      ${(error as Error).message.replaceAll('\n', '\n      ')}`);
  }
}

async function walk(browser: Browser, subject: Subject, flow: readonly Flow[]): Promise<void> {
  const { page, complaints } = await openPage(browser);
  for (const [name, run] of flow) {
    complaints.all.length = 0;
    await attempt(name, async () => {
      await run({ page, subject, complaints });
      equal(complaints.all.splice(0), [], 'the page complained');
    });
  }
  await page.context().close();
}

const views = {
  application: '#/applications/shop',
  service: '#/applications/shop/checkout',
  events: '#/events',
  regions: '#/regions',
  recoveries: '#/recoveries',
  cost: '#/cost',
  'dead-letters': '#/dead-letters',
} as const;

/** Each view in each scheme and width: readable, and nothing runs out of the window. */
async function look(browser: Browser, { base, token }: Subject, how: { dark: boolean; width: number }): Promise<void> {
  const { page, complaints } = await openPage(browser, how);
  await page.goto(`${base}/#token=${token}`);
  await page.locator('#connection', { hasText: 'Live' }).waitFor();
  for (const [view, hash] of Object.entries(views)) {
    await page.evaluate(`location.hash = '${hash}'`);
    await until(page, `location.hash === '${hash}' && !document.querySelector('main').textContent.includes('Reading')`);
    equal(await weakContrasts(page), [], `weak contrast in ${view}`);
    const over = await page.evaluate<number>(
      'document.documentElement.scrollWidth - document.documentElement.clientWidth',
    );
    equal(over, 0, `pixels beyond the window in ${view}`);
    const name = `${view}-${how.dark ? 'dark' : 'light'}-${how.width}.png`;
    if (values.shots !== undefined) await page.screenshot({ path: `${values.shots}/${name}`, fullPage: true });
  }
  equal(complaints.all, [], 'the page complained');
  await page.context().close();
}

const browser = await launch().catch((error: unknown) => {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exit(2);
});
const subject = await subjectAt(values.url);
try {
  await walk(browser, subject, flows);
  for (const [dark, width] of [
    [false, 1280],
    [true, 1280],
    [false, 420],
    [true, 420],
  ] as const) {
    await attempt(`every view at ${width} pixels, ${dark ? 'dark' : 'light'}`, () =>
      look(browser, subject, { dark, width }),
    );
  }
} finally {
  await browser.close();
  await subject.close();
}
say(`${tally.passed} passed, ${tally.failed} failed${tally.skipped > 0 ? `, ${tally.skipped} skipped` : ''}`);
process.exitCode = tally.failed === 0 && tally.passed > 0 ? 0 : 1;
