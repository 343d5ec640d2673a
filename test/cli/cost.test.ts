import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { usageSummarized, type UsageDay } from '../../shared/contracts/usage-summarized.ts';
import { resolveSettings } from '../../shared/domain/settings/index.ts';
import { csvOf, type FocusRow } from '../../shared/adapters/ledger-duckdb/fixtures.ts';
import { startControlPlane, token } from './control-plane.ts';
import { quickTime } from './quick-time.ts';
import { run, type Ran } from './run.ts';

// A case here is a dozen processes one after the other: on a busy machine that takes long.
vi.setConfig({ testTimeout: 120_000 });
const patience = { timeout: 60_000 };

/** The 21st of a month, so that there are days behind it. */
const { clock, timer, skip } = quickTime(Date.UTC(2026, 10, 21, 12));
const settings = resolveSettings({
  cost: {
    budgets: [{ name: 'everything', amount: 100 }],
    recommendations: { kinds: ['rightsize'], days: 7, minimumMonthlySaving: 1 },
  },
});
const dayMs = 86_400_000;

let plane: Awaited<ReturnType<typeof startControlPlane>>;
let folder: string;
const cli = (...args: string[]): Promise<Ran> =>
  run(['cost', ...args], { HOMEOSTASIS_URL: plane.url, HOMEOSTASIS_TOKEN: token, HOMEOSTASIS_DATA: folder });

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'homeostasis-cost-'));
  plane = await startControlPlane({ clock, timer, cost: { settings, folder: join(folder, 'plane') } });
});
afterAll(async () => {
  await plane.close();
  rmSync(folder, { recursive: true, force: true });
});

const json = <T = Record<string, unknown>>(ran: Ran): T => JSON.parse(ran.stdout) as T;

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

/** Two days of November: of shop/web 30 and 20 dollars, of nobody 10. */
const november: FocusRow = {
  BillingPeriodStart: '2026-11-01T00:00:00Z',
  BillingPeriodEnd: '2026-12-01T00:00:00Z',
};
const charge = (day: number, cost: string, more: FocusRow = {}): FocusRow => ({
  ...november,
  ...{ BilledCost: cost, EffectiveCost: cost, ListCost: cost, ContractedCost: cost },
  ChargePeriodStart: `2026-11-${String(day).padStart(2, '0')}T00:00:00Z`,
  ChargePeriodEnd: `2026-11-${String(day + 1).padStart(2, '0')}T00:00:00Z`,
  ...more,
});
const bill = csvOf([charge(10, '30'), charge(11, '20.000001'), charge(11, '10', { Tags: '', SkuId: 'SKU2' })]);

const shop = `apiVersion: homeostasis.dev/v1
kind: Application
metadata: { name: shop, labels: { team: store } }
spec:
  services:
    - { name: web, image: registry.example/web:1, replicas: 2, ports: [{ port: 8080 }], resources: { cpu: 2, memory: 4Gi } }
`;

describe('before there is a bill', () => {
  it('says what would bring one', async () => {
    const [report, bills, estimate] = await Promise.all([cli('report'), cli('bills'), cli('estimate')]);
    expect(report).toMatchObject({ code: 2, stdout: '' });
    expect(report.stderr).toMatch(/^error: nothing is known of what 2026-11 cost: .*homeostasis cost import/);
    expect(bills.stdout).toMatch(/^no bill so far: send one with "npx homeostasis cost import"/);
    expect(estimate.stdout).toMatch(/^nothing is placed/);
    expect((await cli('anomalies')).stdout).toMatch(/^there is no bill in which anything could be unusual/);
  });

  it('estimates a file, target by target, with the age of the prices', async () => {
    const path = file('shop.yaml', shop);
    const [told, asJson] = await Promise.all([cli('estimate', path), cli('estimate', path, path, '--json')]);
    expect(told).toMatchObject({ code: 0, stderr: '' });
    expect(told.stdout).toMatch(/^web +\S+\/\S+\/\S+ +\$[\d.]+ +\$[\d.]+ +\$[\d.]+/m);
    expect(told.stdout).toMatch(/^total +\$[\d.]+ +\$[\d.]+ +\$[\d.]+$/m);
    expect(told.stdout).toContain('free grants of the accounts are not subtracted');
    expect(told.stdout).toMatch(/embedded catalogue/);
    expect(json<{ readonly plans: readonly unknown[] }>(asJson).plans).toHaveLength(2);
  });
});

describe('bills', () => {
  it('are imported, once, and reported to the micro-unit', async () => {
    const path = file('november.csv', bill);
    const sent = await cli('import', path);
    expect(sent.stderr).toMatch(/cost report --period 2026-11\n$/);
    expect(sent.code).toBe(0);
    expect(sent.stdout).toMatch(/^november.csv: 1 bill imported, read as FOCUS 1\.\d/);
    expect(sent.stdout).toMatch(/aws\/123456789012\/2026-11 +\$60\.00 +new +3 /);
    const again = await cli('import', path);
    expect(again).toMatchObject({ code: 0, stdout: expect.stringMatching(/^november.csv: nothing new/) as unknown });

    const swept = await cli('sweep', '--wait', '--json');
    expect(swept).toMatchObject({ code: 0, stderr: '' });
    expect(json(swept)).toMatchObject({ reports: [{ period: '2026-11', totalMicros: 60_000_001 }] });

    const [bills, report, byTeam, csv, asJson, budgets] = await Promise.all([
      cli('bills', '--period', '2026-11'),
      cli('report'),
      cli('report', '--by', 'team', '--period', '2026-11'),
      cli('report', '--csv'),
      cli('report', '--json'),
      cli('budgets'),
    ]);
    expect(bills.stdout).toMatch(
      /aws\/123456789012\/2026-11 +\$60\.00 +2026-11-10 to 2026-11-11 +upload: november\.csv .* 3 /,
    );
    expect(report.code).toBe(0);
    expect(report.stdout).toMatch(/^billed +\$60\.00$/m);
    expect(report.stdout).toMatch(/^days +·{9}██ {2}1 to 11, at most \$30\.00 on 2026-11-11$/m);
    expect(report.stdout).toMatch(/^bills reach 2026-11-11 \(aws\)$/m);
    expect(report.stdout).toMatch(/^shared +\$10\.00 \(16\.7 %\) that no tag claims, split as the direct cost is$/m);
    expect(report.stdout).toMatch(/^shop +\$60\.00 +100\.0 % +\$10\.00$/m);
    expect(report.stdout).toContain('adds up to the bill: yes (1 bill of 2026-11, $60.00, to the micro-unit)');
    expect(byTeam.stdout).toMatch(/^store +\$60\.00/m);
    expect(csv.stdout.split('\r\n').slice(0, 2)).toEqual([
      'period,currency,key,cost,share,shared_cost,requests,cost_per_million_requests,effective_cost',
      '2026-11,USD,shop,60.000001,1.000000,10,,,60.000001',
    ]);
    expect(json(asJson)).toMatchObject({ period: '2026-11', currencies: [{ totalMicros: 60_000_001 }] });
    expect(budgets.stdout).toMatch(/^everything +fleet +\w+ +\$100\.00 +\$60\.00 +60\.0 %/m);
  });

  it('become a page that needs nothing else', async () => {
    const path = join(folder, 'november.html');
    expect(await cli('report', '--html', path)).toMatchObject({ code: 0, stdout: '', stderr: `report: ${path}\n` });
    const page = readFileSync(path, 'utf8');
    expect(page).toContain('<title>Cost of 2026-11</title>');
    expect(page).toMatch(/<title>2026-11-10, aws: 30\.00 USD<\/title>/);
    expect(page).toContain('to the millionth: yes.');
    expect(await cli('report', '--html', join(folder, 'no', 'where.html'))).toMatchObject({ code: 2, stdout: '' });
  });

  it('that are wrong are refused whole, by row and column', async () => {
    const path = file('broken.csv', csvOf([charge(12, '5'), charge(12, 'many')]));
    const refused = await cli('import', path);
    expect(refused).toMatchObject({ code: 1, stderr: '' });
    expect(refused.stdout).toMatch(/^broken.csv: refused; nothing of it was imported$/m);
    expect(refused.stdout).toMatch(/^ {2}2 +BilledCost +/m);
    const bills = await cli('bills');
    expect(bills.stdout).toMatch(/Refused, nothing of them counts:\n {2}upload: broken\.csv/);
    // Sent once more as it was, it is still no bill.
    expect(await cli('import', path)).toMatchObject({ code: 1 });
  });

  it('come over standard input, and are not waited for if nobody wants to', async () => {
    const env = { HOMEOSTASIS_URL: plane.url, HOMEOSTASIS_TOKEN: token, HOMEOSTASIS_DATA: folder };
    const october = csvOf([{ ChargePeriodStart: '2026-10-05T00:00:00Z', ChargePeriodEnd: '2026-10-06T00:00:00Z' }]);
    const ran = await run(['cost', 'import', '-', '--no-wait', '--json'], env, october);
    expect(ran).toMatchObject({ code: 0, stderr: '' });
    const { accepted } = json<{ readonly accepted: readonly { readonly file: { readonly location: string } }[] }>(ran);
    expect(accepted[0]?.file.location).toMatch(/-standard-input$/);
    // A month that is over gets its report when its bill comes, however late.
    const october2026 = async (): Promise<string> => (await cli('bills', '--period', '2026-10')).stdout;
    await expect.poll(october2026, patience).toContain('standard-input');
    expect(await cli('sweep', '--wait')).toMatchObject({ code: 0 });
    const report = await cli('report', '--period', '2026-10');
    expect(report.stdout).toMatch(/^2026-10, billed \(days in UTC\); judged \d{4}-/);
    expect(report.stdout).toContain('adds up to the bill: yes (1 bill of 2026-10, $1.25, to the micro-unit)');
    expect(report.stdout).toMatch(/^amortised +\$1\.00 /m);
    expect(report.stdout).toMatch(
      /^application +cost +share +of it shared +amortised\nshop +\$1\.25 +100\.0 % +- +\$1\.00$/m,
    );
  });
});

describe('what is placed', () => {
  it('is estimated, compared between clouds, and written out as FOCUS', async () => {
    const env = { HOMEOSTASIS_URL: plane.url, HOMEOSTASIS_TOKEN: token, HOMEOSTASIS_DATA: folder };
    expect(await run(['deploy', file('shop.yaml', shop), '--wait'], env)).toMatchObject({ code: 0 });
    await expect.poll(async () => (await cli('estimate')).stdout, patience).toMatch(/^shop\/web +\S+\/\S+\/\S+ +\$/m);
    const [estimate, compared, asJson, focus] = await Promise.all([
      cli('estimate', '--json', '--application', 'shop'),
      cli('compare', 'shop'),
      cli('compare', file('other.yaml', shop), '--json'),
      cli('report', '--focus'),
    ]);
    expect(json(estimate)).toMatchObject({ estimates: [{ application: 'shop', service: 'web', currency: 'USD' }] });
    expect(compared.stdout).toMatch(/^web +stands +\S+ +\$/m);
    for (const cloud of ['aws', 'azure', 'gcp']) expect(compared.stdout).toMatch(new RegExp(`^ +${cloud} +`, 'm'));
    expect(compared.stdout).toMatch(/^all on aws: \$/m);
    expect(json(asJson)).toMatchObject({ applications: [{ application: 'shop', services: [{ service: 'web' }] }] });
    const [head, first, ...rest] = focus.stdout.split('\r\n');
    expect(head).toMatch(/^BilledCost,BillingAccountId,/);
    expect(first).toContain('homeostasis-estimates');
    expect(rest.at(-1)).toBe('');
  });

  it('is priced', async () => {
    const [all, asJson, refused] = await Promise.all([
      cli('prices', '--cloud', 'aws', '--key', 'aws/eu-west-1/fargate'),
      cli('prices', '--cloud', 'aws', '--json'),
      cli('prices', '--refresh'),
    ]);
    expect(all.stdout).toMatch(/^aws\/eu-west-1\/fargate#\S+ +\$0\.\d+ +\S+ +embedded: /m);
    expect(all.stdout).toMatch(/aws: no price list is read: the embedded catalogue counts\n$/);
    expect(json<{ readonly clouds: readonly unknown[] }>(asJson).clouds).toHaveLength(1);
    expect(refused).toMatchObject({ code: 2 });
    expect(refused.stderr).toMatch(/^error: no price list is read here: cost.prices.sources/);
  });
});

/** Ten days in which a tenth of what the service has is used. */
async function tenIdleDays(target: string): Promise<void> {
  const { bus } = plane.runtime;
  await bus.stop();
  const first = clock.now();
  skip(11 * dayMs);
  await bus.start();
  const few = { p50: 0.08, p95: 0.1, p99: 0.1, max: 0.1 };
  for (let i = 1; i <= 10; i++) {
    const day = new Date(first + i * dayMs).toISOString().slice(0, 10);
    const used: UsageDay = { application: 'shop', service: 'web', target, minutes: 1440, cpu: few, memory: few };
    const draft = usageSummarized.draft({ day, deployments: [{ ...used, requests: 5000, replicas: 2 }] });
    const { type, subject, data, dataschema } = draft;
    const time = new Date(clock.now()).toISOString();
    const attributes = {
      specversion: '1.0',
      datacontenttype: 'application/json',
      source: '/homeostasis/monitor',
    } as const;
    const event = { ...attributes, id: `used-${day}`, correlationid: day, time, type, subject, dataschema, data };
    await bus.publish([{ event }]);
  }
}

describe('what could be saved', () => {
  it('is recommended with the exact change, carried out, and taken back', async () => {
    const { estimates } = json<{ readonly estimates: readonly { readonly monthly: { readonly targets: object } }[] }>(
      await cli('estimate', '--json'),
    );
    await tenIdleDays(Object.keys(estimates[0]?.monthly.targets ?? {})[0] ?? '');
    expect(await cli('sweep', '--wait')).toMatchObject({ code: 0 });
    const list = await cli('recommend');
    const [id = ''] = /^rightsize-shop-web-\w+/m.exec(list.stdout) ?? [];
    expect(list.stdout).toMatch(/^rightsize-shop-web-\w+ +\$[\d.]+ .* open +/m);

    const [one, asJson, unsure, mixed] = await Promise.all([
      cli('recommend', id),
      cli('recommend', id, '--json'),
      cli('apply', id),
      cli('recommend', id, '--state', 'open'),
    ]);
    expect(one.stdout).toMatch(/^--- shop\/web\n\+\+\+ shop\/web with rightsize-/m);
    expect(one.stdout).toMatch(/^\+ +cpu: /m);
    expect(one.stdout).toMatch(/^ {2}minutes\.known +[\d.]+ %$/m);
    expect(json(asJson)).toMatchObject({ id, state: 'open', kind: 'rightsize' });
    expect(unsure).toMatchObject({ code: 2, stderr: expect.stringContaining('confirm it with --yes') as unknown });
    expect(mixed).toMatchObject({ code: 2 });

    const applied = await cli('apply', id, '--yes', '--wait');
    expect(applied).toMatchObject({ code: 0, stderr: '' });
    expect(applied.stdout).toMatch(new RegExp(`^${id}: live as generation \\d+: `));
    const twice = await cli('apply', id, '--yes');
    expect(twice).toMatchObject({ code: 2, stdout: '' });
    expect(twice.stderr).toMatch(/it is live: apply is possible while/);
    const notMeant = await cli('revert', id);
    expect(notMeant).toMatchObject({ code: 2, stderr: expect.stringContaining('confirm it with --yes') as unknown });
    const reverted = await cli('revert', id, '--yes', '--wait', '--json');
    expect(json(reverted)).toMatchObject({ id, state: 'reverted' });
    const dismissed = await cli('dismiss', id, '--reason', 'we grow next month');
    expect(dismissed).toMatchObject({ code: 0, stderr: 'we grow next month\n' });
    expect((await cli('recommend')).stdout).not.toContain(id);
    expect((await cli('recommend', '--state', 'all')).stdout).toContain(id);
  });

  it('is looked for in what is unusual as well', async () => {
    expect(await cli('anomalies')).toMatchObject({ code: 0, stdout: 'nothing unusual was found\n' });
    expect(json(await cli('anomalies', '--since', '2026-11-01', '--json'))).toEqual({ anomalies: [], total: 0 });
  });
});

describe.concurrent('bad input', () => {
  it.each([
    [['report', '--period', '2026-13'], '--period: found "2026-13", expected a month such as 2026-11'],
    [['report', '--by', 'teem'], 'there is no report by "teem" (did you mean "team"?)'],
    [['report', '--csv', '--json'], '--json and --csv: it is one or the other'],
    [['bills', '--period', 'now'], '--period: found "now", expected a month'],
    [['import', '/nowhere/bill.csv'], '/nowhere/bill.csv: there is no such file'],
    [['import', tmpdir()], 'it is no file; the parts of an export in a folder'],
    [['import', '/dev/null', '--timeout', 'x'], '--timeout: found "x"'],
    [['compare', 'none'], 'there is no application none'],
    [['estimate', '/nowhere.yaml'], '/nowhere.yaml: there is no such file'],
    [['sweep', '--source', 'uplaod'], 'there is no source of bills "uplaod" (did you mean "upload"?)'],
    [['prices', '--cloud', 'asw'], 'there is no price list of asw'],
    [['anomalies', '--since', 'monday'], '--since: found "monday", expected a day such as 2026-11-07'],
    [['recommend', '--state', 'opne'], 'there is no state of a recommendation "opne" (did you mean "open"?)'],
    [['recommend', 'none'], 'there is no recommendation none'],
    [['apply', 'none', '--yes'], 'there is no recommendation none'],
    [['dismiss', 'none'], "required option '--reason <text>' not specified"],
  ] as const)('%j', async (args, message) => {
    const { code, stdout, stderr } = await cli(...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(`error: `);
    expect(stderr).toContain(message);
  });
});
