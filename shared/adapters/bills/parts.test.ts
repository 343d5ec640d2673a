import { describe, expect, it } from 'vitest';
import { partSets, type PlaceObject } from './parts.ts';

const object = (key: string, writtenAt = 1, version = 'v'): PlaceObject => ({ key, version, bytes: 10, writtenAt });
const locations = (...keys: readonly (string | PlaceObject)[]): string[] =>
  partSets(keys.map((each) => (typeof each === 'string' ? object(each) : each))).map(({ location }) => location);

describe('what belongs together', () => {
  it('is what one export of AWS wrote for a period, the newest if it keeps what it wrote', () => {
    const folder = 'focus/data/BILLING_PERIOD=2026-10/';
    expect(locations(`${folder}a-1.csv.gz`, `${folder}a-2.csv.gz`, `${folder}Manifest.json`)).toEqual([folder]);
    expect(locations(object(`${folder}run-1/a.parquet`, 1), object(`${folder}run-2/a.parquet`, 2))).toEqual([
      `${folder}run-2/`,
    ]);
    expect(locations(`${folder}a.csv`, 'focus/data/BILLING_PERIOD=2026-09/a.csv')).toHaveLength(2);
  });
  it('is what one run of Azure wrote', () => {
    const range = 'exports/focus/20261001-20261031/';
    expect(locations(object(`${range}r1/part_0_0001.csv`, 5), object(`${range}r2/part_0_0001.csv`, 4))).toEqual([
      `${range}r1/`,
    ]);
    expect(locations(`${range}r1/part_0_0001.csv`, `${range}r1/part_1_0001.csv`)).toEqual([`${range}r1/`]);
  });
  it('is what BigQuery numbered', () => {
    expect(locations('x/f-000000000000.parquet', 'x/f-000000000001.parquet')).toEqual(['x/f-*.parquet']);
  });
  it('is each file by itself otherwise, of those that may be bills', () => {
    expect(locations('a.csv', 'b/a.csv', 'c.txt', '.hidden.csv', '_SUCCESS.csv', 'd.PARQUET')).toEqual([
      'a.csv',
      'b/a.csv',
      'd.PARQUET',
    ]);
  });
  it('changes its version with any part, and keeps it otherwise', () => {
    const [a, b] = [object('BILLING_PERIOD=2026-10/a.csv'), object('BILLING_PERIOD=2026-10/b.csv')];
    const versionOf = (...objects: readonly PlaceObject[]): string | undefined => partSets(objects)[0]?.version;
    expect(versionOf(a, b)).toBe(versionOf(b, a));
    expect(new Set([versionOf(a, b), versionOf(a), versionOf(a, { ...b, version: 'w' })]).size).toBe(3);
  });
});
