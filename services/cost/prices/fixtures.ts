import type { PricePlace } from '../../../shared/catalogue/price-keys.ts';
import type { PriceReading, PriceSource, ReadPrice, WantedPrice } from '../../../shared/ports/price-source.ts';
import { compare, type CompareInput } from './compare.ts';

/** Builders for tests: a catalogue of few prices, and what a list says of them. */
export const noon = Date.parse('2026-11-21T12:00:00Z');
export const day = 86_400_000;

export const cpu = 'aws/eu-west-1/fargate#amd64.vcpuHour';

export function placeOf(key: string, micros?: number, unit: PricePlace['unit'] = 'vcpu-hour'): PricePlace {
  const region = key.split(/[/#]/)[1] ?? '';
  if (micros === undefined) return { key, region, area: 'europe', unit };
  const value = { micros, per: 1, currency: 'USD', unit } as const;
  return { key, region, area: 'europe', unit, price: { value, source: 'embedded', asOf: '2026-01-01', quality: 'B' } };
}

export function readPrice(key: string, micros: number, more: Partial<ReadPrice['price']> = {}): ReadPrice {
  const price = { micros, per: 1, unit: 'vcpu-hour', currency: 'USD', ...more } as const;
  return { key, price, asOf: '2026-11-01', sku: 'SKU1' };
}

export function reading(...prices: readonly ReadPrice[]): PriceReading {
  return { prices, unclear: [], requests: 1 };
}

export function inputOf(over: Partial<CompareInput> = {}): CompareInput {
  return {
    cloud: 'aws',
    source: 'AWS Price List Query API',
    before: undefined,
    places: [placeOf(cpu, 40_480)],
    reading: reading(readPrice(cpu, 40_480)),
    accept: [],
    most: 5,
    now: noon,
    ...over,
  };
}

/** One reading after the other, a day apart, each of one price of the first place. */
export function readings(amounts: readonly (number | undefined)[], over: Partial<CompareInput> = {}) {
  return amounts.reduce<ReturnType<typeof compare>[]>((done, micros, i) => {
    const before = done.at(-1)?.record;
    const read = reading(...(micros === undefined ? [] : [readPrice(cpu, micros)]));
    return [...done, compare(inputOf({ ...over, before, reading: read, now: noon + i * day }))];
  }, []);
}

export function sourceOf(
  cloud: PriceSource['cloud'],
  read: (wanted: readonly WantedPrice[]) => PriceReading,
): PriceSource {
  return { cloud, name: `list of ${cloud}`, read: (wanted) => Promise.resolve(read(wanted)) };
}
