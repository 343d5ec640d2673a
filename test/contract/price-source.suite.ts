import fc from 'fast-check';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { embeddedCatalogue } from '../../shared/catalogue/embedded.ts';
import { pricePlaces } from '../../shared/catalogue/price-keys.ts';
import type { CatalogueCloud } from '../../shared/catalogue/types.ts';
import { Throttled, Unauthorized } from '../../shared/ports/cloud-target.ts';
import type { PriceReading, PriceSource, WantedPrice } from '../../shared/ports/price-source.ts';

/** What a list says of one price, in the words of the suite; each case writes it in its provider's. */
export interface Line {
  readonly key: string;
  /** Dollars for one unit of the list, by the amount from which it holds. */
  readonly rates: readonly (readonly [from: number, dollars: string])[];
  readonly sku?: string;
  /** In place of the unit that the list has for it. */
  readonly unit?: string;
  readonly currency?: string;
  readonly since?: string;
}

export interface Answer {
  readonly status: number;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface PriceSourceCase {
  readonly name: string;
  readonly cloud: CatalogueCloud;
  /** A price by the unit of the catalogue: `dollars` in the list's own unit are `micros` for `per` here. */
  readonly example: { readonly key: string; readonly dollars: string; readonly micros: number; readonly per: number };
  /** A second price of the same list. */
  readonly other: { readonly key: string; readonly dollars: string };
  /** Paid tiers and what is free before them, as the list has them, and what they are to the catalogue. */
  readonly ladder: {
    readonly of: string;
    readonly rates: Line['rates'];
    readonly tiers: readonly (readonly [micros: number, fromGb: number, upToGb?: number])[];
  };
  /** A field of the configuration that a refusal must name. */
  readonly field: RegExp;
  readonly source: (url: string) => PriceSource;
  /** What the provider would answer to a request, given the lines of its whole list, two to a page. */
  readonly answer: (request: Asked, lines: readonly Line[], url: string) => Answer;
  readonly refusals: { readonly throttled: Answer; readonly denied: Answer };
  /** JSON paths at which arbitrary values are put. */
  readonly wrap: (arbitrary: unknown) => string;
}

export interface Asked {
  readonly url: URL;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export const now = Date.parse('2026-11-21T12:00:00Z');

/** What every price list is read like, over the wire, by the provider's own client where it has one. */
export function priceSourceSuite(given: PriceSourceCase): void {
  const servers: Server[] = [];
  afterEach(async () => {
    const closing = servers.splice(0).map(
      (server) =>
        new Promise<void>((resolve) => {
          server.close(() => resolve());
          server.closeAllConnections();
        }),
    );
    await Promise.all(closing);
  });

  async function served(answer: (asked: Asked, url: string) => Answer): Promise<{ url: string; asked: Asked[] }> {
    const asked: Asked[] = [];
    let url = '';
    const server = createServer((request, response) => {
      const parts: Buffer[] = [];
      request.on('data', (part: Buffer) => parts.push(part));
      request.on('end', () => {
        const one = {
          url: new URL(request.url ?? '', url),
          headers: request.headers,
          body: Buffer.concat(parts).toString(),
        };
        asked.push(one);
        const { status, body, headers } = answer(one, url);
        response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body);
      });
    });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    return { url, asked };
  }

  const wantedOf = (...keys: readonly string[]): readonly WantedPrice[] =>
    pricePlaces(embeddedCatalogue, given.cloud).filter(({ key }) => keys.some((each) => key.startsWith(each)));

  const { example, other, ladder } = given;
  const exampleLine: Line = { key: example.key, rates: [[0, example.dollars]] };

  async function readFrom(
    lines: readonly Line[],
    ...keys: readonly string[]
  ): Promise<PriceReading & { asked: Asked[] }> {
    const { url, asked } = await served((request, at) => given.answer(request, lines, at));
    const reading = await given.source(url).read(wantedOf(...(keys.length === 0 ? [example.key] : keys)));
    return { ...reading, asked };
  }

  describe(`the price list of ${given.name}`, () => {
    it('is read exactly, in the unit of the catalogue, with its day and identity', async () => {
      const { prices, unclear } = await readFrom([{ ...exampleLine, since: '2026-11-01' }]);
      expect(unclear).toEqual([]);
      expect(prices).toEqual([
        {
          key: example.key,
          price: { micros: example.micros, per: example.per, unit: wantedOf(example.key)[0]?.unit, currency: 'USD' },
          asOf: '2026-11-01',
          sku: expect.stringMatching(/./) as unknown,
        },
      ]);
    });

    it('is read to its last page', async () => {
      const noise = Array.from({ length: 5 }, (_, i): Line => ({
        key: example.key,
        rates: [[0, example.dollars]],
        sku: `N${i}`,
      }));
      const { prices, requests, asked } = await readFrom(
        [...noise, { key: other.key, rates: [[0, other.dollars]] }],
        example.key,
        other.key,
      );
      expect(prices.map(({ key }) => key).sort()).toEqual([example.key, other.key].sort());
      expect(requests).toBe(asked.length);
      expect(requests).toBeGreaterThanOrEqual(3);
    });

    it('leaves out what it does not have', async () => {
      const { prices, unclear } = await readFrom([exampleLine], example.key, other.key);
      expect(prices.map(({ key }) => key)).toEqual([example.key]);
      expect(unclear).toEqual([]);
    });

    it('is unclear where it has a price twice with different amounts', async () => {
      const twice: Line = { key: example.key, rates: [[0, '9.5']], sku: 'OTHER' };
      const { prices, unclear } = await readFrom([exampleLine, twice]);
      expect(prices).toEqual([]);
      expect(unclear).toEqual([
        { key: example.key, reason: expect.stringMatching(/listed with different amounts: .*OTHER/) as unknown },
      ]);
    });

    it('has one price where it says the same twice', async () => {
      const { prices } = await readFrom([exampleLine, { ...exampleLine, sku: 'OTHER' }]);
      expect(prices).toHaveLength(1);
    });

    it('is unclear in a unit that nobody knows', async () => {
      const { prices, unclear } = await readFrom([{ ...exampleLine, unit: 'fortnight' }]);
      expect([prices, unclear.length]).toEqual([[], 1]);
      expect(unclear[0]?.reason).toMatch(/priced by .*fortnight/);
    });

    it.each([['-0.5'], ['1e-40'], ['cheap'], ['']])('is unclear where a price is "%s"', async (dollars) => {
      const { prices } = await readFrom([{ key: example.key, rates: [[0, dollars]] }]);
      expect(prices).toEqual([]);
    });

    it('is no price in another currency', async () => {
      const { prices } = await readFrom([{ ...exampleLine, currency: 'EUR' }]);
      expect(prices).toEqual([]);
    });

    it('takes what is free at first for a grant, and the price for what comes after', async () => {
      const { prices } = await readFrom([
        {
          key: example.key,
          rates: [
            [0, '0'],
            [100, example.dollars],
          ],
        },
      ]);
      expect(prices.map(({ price }) => price.micros)).toEqual([example.micros]);
    });

    it('has a ladder of tiers as a whole, what is free taken off', async () => {
      const { prices, unclear } = await readFrom([{ key: ladder.of, rates: ladder.rates }], `${ladder.of}.`);
      expect(unclear).toEqual([]);
      expect(prices.map(({ key, price, tier }) => ({ key, micros: price.micros / price.per, tier }))).toEqual(
        ladder.tiers.map(([micros, fromGb, upToGb], rung) => ({
          key: `${ladder.of}.${rung}`,
          micros,
          tier: upToGb === undefined ? { fromGb } : { fromGb, upToGb },
        })),
      );
    });

    it.each([
      ['with more tiers than anybody has', Array.from({ length: 9 }, (_, i) => [i * 10, `0.${9 - i}`] as const)],
      [
        'that does not begin at nothing',
        [
          [10, '0.1'],
          [20, '0.05'],
        ] as const,
      ],
    ])('is unclear about a ladder %s', async (_, rates) => {
      const { prices, unclear } = await readFrom([{ key: ladder.of, rates }], `${ladder.of}.`);
      expect([prices, unclear.length]).toEqual([[], 1]);
    });

    it('throttles: the caller is told to come again', async () => {
      const { url } = await served(() => given.refusals.throttled);
      await expect(given.source(url).read(wantedOf(example.key))).rejects.toBeInstanceOf(Throttled);
    });

    it('refuses: the message names the field that would let it in', async () => {
      const { url } = await served(() => given.refusals.denied);
      const refused = await given
        .source(url)
        .read(wantedOf(example.key))
        .catch((error: unknown) => error);
      expect(refused).toBeInstanceOf(Unauthorized);
      expect((refused as Error).message).toMatch(given.field);
    });

    it('cut off in the middle is no reading', async () => {
      const { url } = await served((request, at) => {
        const whole = given.answer(request, [exampleLine], at);
        return { ...whole, body: whole.body.slice(0, Math.floor(whole.body.length * 0.6)) };
      });
      await expect(given.source(url).read(wantedOf(example.key))).rejects.toThrow();
    });

    it('that fails on its second page is no reading', async () => {
      const lines = Array.from({ length: 5 }, (_, i): Line => ({ ...exampleLine, sku: `N${i}` }));
      let calls = 0;
      const { url } = await served((request, at) => {
        calls += 1;
        return calls === 1 ? given.answer(request, lines, at) : { status: 503, body: '{"message":"down"}' };
      });
      await expect(given.source(url).read(wantedOf(example.key))).rejects.toThrow();
    });

    it('whatever it answers, is an error or no price at all', async () => {
      let body = '';
      const { url } = await served(() => ({ status: 200, body }));
      const source = given.source(url);
      const wanted = wantedOf(example.key, other.key, `${ladder.of}.`);
      await fc.assert(
        fc.asyncProperty(fc.oneof(fc.json(), fc.string(), fc.jsonValue().map(given.wrap)), async (drawn) => {
          body = drawn;
          const read = await source.read(wanted).catch((error: unknown) => error);
          if (!(read instanceof Error)) expect((read as PriceReading).prices).toEqual([]);
        }),
        { numRuns: 40 },
      );
    });
  });
}
