import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BillRefused, dimensions, type Dimension, type IngestFile, type Ledger } from '../../shared/ports/ledger.ts';
import { csvOf, focusRow, rules, type FocusRow } from '../../shared/adapters/ledger-duckdb/fixtures.ts';

export interface LedgerSubject {
  readonly ledger: Ledger;
  /** A folder for files to read. */
  readonly folder: string;
  /** Files that the ledger keeps. */
  kept(): Promise<readonly string[]>;
  remove(): Promise<void>;
}

/** What every ledger does, whatever engine it stands on. */
export function ledgerSuite(name: string, open: () => Promise<LedgerSubject>): void {
  describe(`ledger: ${name}`, () => {
    let subject: LedgerSubject;
    let count = 0;
    beforeAll(async () => {
      subject = await open();
    });
    afterAll(() => subject.remove());

    const write = async (content: string | Uint8Array, format: IngestFile['format'] = 'csv'): Promise<IngestFile> => {
      const path = join(subject.folder, `bill-${count++}`);
      await writeFile(path, content);
      return { path, format, name: 'october' };
    };
    const ingest = async (rows: readonly FocusRow[], columns?: readonly string[]) =>
      subject.ledger.ingest(await write(csvOf(rows, columns)), rules);
    const refusal = async (content: string | Uint8Array, format: IngestFile['format'] = 'csv') => {
      const before = await subject.kept();
      const error: unknown = await subject.ledger
        .ingest(await write(content, format), rules)
        .catch((each: unknown) => each);
      expect(await subject.kept()).toEqual(before);
      expect(error).toBeInstanceOf(BillRefused);
      return (error as BillRefused).problems;
    };

    it('keeps a day of one thing, and whose it is', async () => {
      const { format, bills, rows, warnings } = await ingest([
        {},
        { ChargePeriodStart: '2026-10-05T04:00:00Z', ChargePeriodEnd: '2026-10-05T05:00:00Z', BilledCost: '0.5' },
      ]);
      expect({ format, rows, warnings }).toEqual({ format: 'FOCUS 1.0', rows: 2, warnings: [] });
      const [bill] = bills;
      expect(bill).toMatchObject({
        provider: 'aws',
        account: '123456789012',
        period: '2026-10',
        currency: 'USD',
        totalMicros: 1_750_000,
        from: '2026-10-05',
        to: '2026-10-06',
      });
      const lines = await subject.ledger.lines([bill?.file ?? ''], {});
      expect(lines).toEqual([
        {
          day: '2026-10-05',
          provider: 'aws',
          account: '123456789012',
          currency: 'USD',
          micros: 1_750_000,
          category: 'Usage',
          description: 'vCPU hours',
          region: 'eu-west-1',
          serviceName: 'Amazon ECS',
          sku: 'SKU1',
          resource: 'arn:aws:ecs:task/1',
          application: 'shop',
          service: 'web',
          team: 'store',
          quantity: 2,
          unit: 'Hours',
        },
      ]);
    });

    it('gives the same file for the same bytes, and another for others', async () => {
      const [once, again, other] = [await ingest([{}]), await ingest([{}]), await ingest([{ BilledCost: '2' }])];
      expect(again).toEqual(once);
      expect(other.bills[0]?.file).not.toBe(once.bills[0]?.file);
    });

    it('reads again what it was told to forget', async () => {
      const { bills } = await ingest([{ BilledCost: '7' }]);
      const files = bills.map(({ file }) => file);
      await subject.ledger.drop(files);
      await subject.ledger.drop(files);
      expect(await ingest([{ BilledCost: '7' }])).toMatchObject({ bills });
      expect(await subject.ledger.sums(files, { by: [] })).toMatchObject([{ micros: 7_000_000 }]);
    });

    it('reads gzip, of several members too, NDJSON, other delimiters, a byte order mark, line ends of Windows and columns in any order', async () => {
      const plain = csvOf([{}]);
      const reversed = csvOf([{}], Object.keys(focusRow).reverse());
      const semicolons = plain
        .split('\n')
        .map((line) => line.replaceAll(/,(?=(?:[^"]*"[^"]*")*[^"]*$)/g, ';'))
        .join('\n');
      const forms: readonly IngestFile[] = [
        await write(gzipSync(plain), 'csv-gzip'),
        await write(Buffer.concat([plain.slice(0, 40), plain.slice(40)].map((each) => gzipSync(each))), 'csv-gzip'),
        await write(
          `${JSON.stringify({ ...focusRow, BilledCost: 1.25, Tags: JSON.parse(focusRow.Tags) as object })}\n`,
          'ndjson',
        ),
        await write(semicolons),
        await write(`\uFEFF${plain}`),
        await write(plain.replaceAll('\n', '\r\n')),
        await write(reversed),
      ];
      for (const form of forms) {
        const { bills } = await subject.ledger.ingest(form, rules);
        const by = ['application', 'team', 'region'] as const;
        const sums = await subject.ledger.sums([bills[0]?.file ?? ''], { by });
        expect(sums).toEqual([
          {
            keys: { application: 'shop', team: 'store', region: 'eu-west-1' },
            currency: 'USD',
            micros: 1_250_000,
            rows: 1,
          },
        ]);
      }
    });

    it('tells versions by their columns', async () => {
      const { ChargeClass: _, RegionId: __, ContractedCost: ___, ...preview } = focusRow;
      const columns = Object.keys(preview);
      expect((await ingest([{ Region: 'x' }], [...columns, 'Region', 'ChargeSubcategory'])).format).toBe(
        'FOCUS 1.0-preview',
      );
      expect((await ingest([{}], [...Object.keys(focusRow), 'SkuPriceDetails'])).format).toBe('FOCUS 1.1');
      expect((await ingest([{}], [...Object.keys(focusRow), 'InvoiceId', 'x_Own'])).format).toBe('FOCUS 1.2');
      const { warnings } = await ingest([{}], [...Object.keys(focusRow), 'Surprise']);
      expect(warnings).toEqual(['1 columns are not of FOCUS and were not read: Surprise']);
    });

    it.each([
      ['{"HOMEOSTASIS_application":"a"}', 'a', null],
      ['[{"key":"homeostasis.application","value":"a"},{"key":"team","value":"t"}]', 'a', 't'],
      ['"homeostasis:application": "a"', 'a', null],
      ['{"homeostasis-team":"second","team":"first"}', null, 'first'],
      ['{"homeostasis:application":"it\'s \\"so\\"; DROP TABLE staged"}', 'it\'s "so"; DROP TABLE staged', null],
      ['no JSON', null, null],
      ['', null, null],
    ])('reads tags %s', async (Tags, application, team) => {
      const { bills } = await ingest([{ Tags }]);
      const [sum] = await subject.ledger.sums([bills[0]?.file ?? ''], { by: ['application', 'team'] });
      expect(sum?.keys).toEqual({ application, team });
    });

    it.each([
      ['gcp_europe-west1_cloud-run', 'gcp/europe-west1/cloud-run'],
      ['aws/eu-west-1/fargate', 'aws/eu-west-1/fargate'],
      ['rack_7_left', 'rack_7_left'],
    ])('reads the target %s', async (value, target) => {
      const { bills } = await ingest([{ Tags: JSON.stringify({ 'homeostasis-target': value }) }]);
      const [sum] = await subject.ledger.sums([bills[0]?.file ?? ''], { by: ['target'] });
      expect(sum?.keys).toEqual({ target });
    });

    it('keeps bills of several accounts, providers and months apart', async () => {
      const { bills } = await ingest([
        {},
        {
          BillingAccountId: '/providers/Microsoft.Billing/billingAccounts/1',
          ProviderName: 'Microsoft',
          BillingCurrency: 'EUR',
        },
        {
          BillingPeriodStart: '2026-09-01T00:00:00Z',
          BillingPeriodEnd: '2026-10-01T00:00:00Z',
          ChargePeriodStart: '2026-09-30T23:00:00Z',
        },
      ]);
      expect(bills.map(({ provider, period, currency }) => `${provider} ${period} ${currency}`)).toEqual([
        'aws 2026-09 USD',
        'aws 2026-10 USD',
        'azure 2026-10 EUR',
      ]);
      for (const { account } of bills) expect(account).toMatch(/^[^/\s]{1,120}$/);
    });

    it('takes credits, refunds and corrections as they are', async () => {
      const { bills } = await ingest([
        { BilledCost: '10' },
        { BilledCost: '-3', ChargeCategory: 'Credit' },
        { BilledCost: '-2', ChargeCategory: 'Adjustment' },
        { BilledCost: '-1', ChargeClass: 'Correction', ChargePeriodStart: '2026-08-01T00:00:00Z' },
      ]);
      expect(bills).toMatchObject([{ totalMicros: 4_000_000, from: '2026-08-01' }]);
    });

    it.each<[string, FocusRow, string, string]>([
      ['no amount', { BilledCost: '' }, 'BilledCost', 'is empty'],
      ['no number', { BilledCost: '1,25' }, 'BilledCost', '"1,25" is not an amount'],
      ['NaN', { EffectiveCost: 'NaN' }, 'EffectiveCost', 'is not an amount'],
      ['Infinity', { ListCost: 'Infinity' }, 'ListCost', 'is not an amount'],
      ['absurd', { BilledCost: '123456789012' }, 'BilledCost', 'is more than 1000000000 in one row'],
      ['negative', { BilledCost: '-1' }, 'BilledCost', 'is negative'],
      ['a wrong currency', { BillingCurrency: 'dollars' }, 'BillingCurrency', 'is not a currency'],
      ['a wrong category', { ChargeCategory: 'Fun' }, 'ChargeCategory', '"Fun" is not one of Usage'],
      ['no account', { BillingAccountId: '' }, 'BillingAccountId', 'is empty'],
      ['no time', { ChargePeriodStart: 'yesterday' }, 'ChargePeriodStart', 'is not a time'],
      [
        'the future',
        { ChargePeriodStart: '2026-11-24T00:00:00Z', ChargePeriodEnd: '2026-11-24T01:00:00Z' },
        'ChargePeriodStart',
        'is in the future',
      ],
      [
        'an end before its start',
        { ChargePeriodEnd: '2026-10-05T02:00:00Z' },
        'ChargePeriodEnd',
        'is before ChargePeriodStart',
      ],
      [
        'a day outside',
        { ChargePeriodStart: '2026-09-05T03:00:00Z' },
        'ChargePeriodStart',
        'lies outside the billing period',
      ],
      ['a period that ends first', { BillingPeriodEnd: '2026-09-01T00:00:00Z' }, 'BillingPeriodEnd', 'is not after'],
    ])('refuses %s, by row and column', async (_, wrong, column, message) => {
      const problems = await refusal(csvOf([{}, {}, wrong, {}, wrong]));
      const problem = problems.find((each) => each.message.includes(message));
      expect(problem).toMatchObject({ row: 3, column, rows: 2 });
    });

    it('refuses a bill in two currencies, and says where the second begins', async () => {
      const problems = await refusal(csvOf([{}, { BillingCurrency: 'EUR' }, { BillingCurrency: 'EUR' }]));
      expect(problems).toMatchObject([{ row: 2, column: 'BillingCurrency', rows: 2 }]);
      expect(problems[0]?.message).toContain('EUR, USD');
    });

    it('refuses what is cut, in the middle of a row, a quote, a gzip', async () => {
      const whole = csvOf([{}, {}, {}]);
      expect(await refusal(whole.slice(0, -60))).toMatchObject([{ row: 3 }]);
      expect((await refusal(whole.slice(0, whole.lastIndexOf('shop'))))[0]?.message).toContain('is the file cut?');
      expect(
        (await refusal(gzipSync(csvOf(Array<FocusRow>(500).fill({}))).subarray(0, 300), 'csv-gzip'))[0]?.message,
      ).toContain('ends in the middle');
      expect(await refusal('PAR1 and no more', 'parquet')).toHaveLength(1);
    });

    it('tells a row that is cut once, however many columns it lacks', async () => {
      const whole = csvOf([{}, {}, {}]);
      const cut = whole.slice(0, whole.lastIndexOf('123456789012') + 4);
      const problems = await refusal(cut);
      expect(problems).toMatchObject([{ row: 3, rows: 1 }]);
      expect(problems[0]?.message).toMatch(/^october, line 4: fewer fields than the header has/);
      expect(await refusal(`${cut}\n${cut.slice(cut.lastIndexOf('\n') + 1)}\n`)).toMatchObject([{ row: 3, rows: 2 }]);
    });

    it('refuses other encodings, empty files, no rows, columns that are there twice, and tables of other things', async () => {
      const french = csvOf([{ ChargeDescription: 'donnée' }]);
      expect((await refusal(Buffer.from(french, 'latin1')))[0]?.message).toBe(
        'october, line 2: not UTF-8; export it as UTF-8',
      );
      // In a column that nobody needs, which only whoever looks for rows that repeat each other reads.
      const payer = Array<FocusRow>(3).fill({ BillingAccountName: 'bureau français' });
      expect((await refusal(Buffer.from(csvOf(payer), 'latin1')))[0]?.message).toContain('not UTF-8');
      expect((await refusal(Buffer.from(`\uFEFF${french}`, 'utf16le')))[0]?.message).toContain('UTF-16');
      expect((await refusal(''))[0]?.message).toContain('is empty');
      expect((await refusal(csvOf([])))[0]?.message).toContain('no rows');
      expect((await refusal(csvOf([{}], [...Object.keys(focusRow), 'billedcost'])))[0]?.message).toContain('twice');
      const strange = await refusal('a,b\n1,2\n');
      expect(strange.map(({ column }) => column)).toContain('BilledCost');
    });

    it('names the column that a version we do not know lacks', async () => {
      const { ProviderName: _, ...rest } = focusRow;
      expect(await refusal(csvOf([{}], Object.keys(rest)))).toMatchObject([{ column: 'ProviderName' }]);
    });

    it('tells of rows that are there twice, and takes them', async () => {
      const { warnings, bills } = await ingest([
        { SkuId: 'twice' },
        { SkuId: 'twice' },
        { SkuId: 'twice', BilledCost: '3' },
      ]);
      expect(warnings).toEqual([
        '1 rows repeat another one to the last column; they are counted: is the export doubled?',
      ]);
      expect(bills[0]?.totalMicros).toBe(5_500_000);
    });

    it('knows on which days anything costs something else than it was billed', async () => {
      const on = (day: number, effective: string): FocusRow => ({
        ...{ BilledCost: '2', EffectiveCost: effective, ContractedCost: '2', ListCost: '2', SkuId: `SKU${day}` },
        ChargePeriodStart: `2026-10-0${day}T00:00:00Z`,
        ChargePeriodEnd: `2026-10-0${day}T01:00:00Z`,
      });
      // The sums are the same: a commitment is bought on one day and used on another.
      const { bills } = await ingest([on(1, '2'), on(2, '1'), on(3, '3')]);
      const files = bills.map(({ file }) => file);
      const { ledger } = subject;
      expect(await ledger.differs(files, { cost: 'effective' })).toBe(true);
      expect(await ledger.differs(files, { cost: 'effective', from: '2026-10-01', to: '2026-10-02' })).toBe(false);
      expect(await ledger.differs(files, { cost: 'list' })).toBe(false);
      expect(await ledger.differs([], { cost: 'effective' })).toBe(false);
    });

    it('asks for what has a value and for what has none, whatever the value', async () => {
      const { bills } = await ingest([{ RegionId: "o'hare" }, { RegionId: '' }, { RegionId: 'x' }]);
      const files = bills.map(({ file }) => file);
      const rowsWhere = async (region: string | null): Promise<number> =>
        (await subject.ledger.sums(files, { by: [], where: { region } }))[0]?.rows ?? 0;
      expect([await rowsWhere("o'hare"), await rowsWhere(null), await rowsWhere("' OR true --")]).toEqual([1, 1, 0]);
      const days = await subject.ledger.sums(files, { from: '2026-10-06', to: '2026-10-07', by: ['day'] });
      expect(days).toEqual([]);
    });

    it('adds up to the bill, to the micro-unit, by whatever it is grouped', async () => {
      const amount = fc
        .tuple(fc.bigInt({ min: -(10n ** 20n), max: 10n ** 21n }), fc.integer({ min: 0, max: 18 }))
        .map(([digits, scale]) => decimal(digits, scale));
      const row = fc.record({
        BilledCost: amount,
        RegionId: fc.constantFrom('a', 'b', ''),
        SkuId: fc.constantFrom('s', 't', 'u'),
        ServiceName: fc.constantFrom('one', 'two'),
        ChargePeriodStart: fc
          .integer({ min: 1, max: 30 })
          .map((day) => `2026-10-${String(day).padStart(2, '0')}T00:00:00Z`),
        ChargePeriodEnd: fc.constant('2026-10-31T00:00:00Z'),
        Tags: fc.constantFrom('', '{"homeostasis:application":"x"}', '{"homeostasis:application":"y","team":"t"}'),
        BillingAccountId: fc.constantFrom('1', '2'),
      });
      const grouping = fc.uniqueArray(fc.constantFrom(...dimensions), { maxLength: 4 });
      await fc.assert(
        fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 40 }), grouping, async (rows, by: Dimension[]) => {
          const { bills } = await ingest(rows.map((each) => ({ ...each, ChargeCategory: 'Adjustment' })));
          const total = bills.reduce((sum, { totalMicros }) => sum + totalMicros, 0);
          for (const { account, totalMicros } of bills) {
            expect(totalMicros).toBe(exactMicros(rows.filter((each) => each.BillingAccountId === account)));
          }
          const sums = await subject.ledger.sums(
            bills.map(({ file }) => file),
            { by },
          );
          expect(sums.reduce((sum, { micros }) => sum + micros, 0)).toBe(total);
          expect(new Set(sums.map(({ keys }) => JSON.stringify(keys))).size).toBe(sums.length);
        }),
        { numRuns: 25 },
      );
    });
  });
}

/** Digits with a point so many places from the right, bounded to what a row may hold. */
function decimal(digits: bigint, scale: number): string {
  const bounded = digits % 10n ** BigInt(scale + 6);
  const text = (bounded < 0n ? -bounded : bounded).toString().padStart(scale + 1, '0');
  const whole = scale === 0 ? text : `${text.slice(0, -scale)}.${text.slice(-scale)}`;
  return bounded < 0n ? `-${whole}` : whole;
}

/** The same sum by other means: integers of 10^-18. */
function exactMicros(rows: readonly { readonly BilledCost: string }[]): number {
  const sum = rows.reduce((total, { BilledCost }) => {
    const [whole = '', part = ''] = BilledCost.replace('-', '').split('.');
    const atto = BigInt(`${whole}${part.padEnd(18, '0')}`);
    return total + (BilledCost.startsWith('-') ? -atto : atto);
  }, 0n);
  const half = 5n * 10n ** 11n;
  return Number(sum < 0n ? -((-sum + half) / 10n ** 12n) : (sum + half) / 10n ** 12n);
}
