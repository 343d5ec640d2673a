import { describe, expect, it } from 'vitest';
import { compliancePrograms, type ComplianceProgram, type Offering } from './types.ts';
import { catalogue, facts, offering, place, places, regions, withinJurisdiction } from './index.ts';

const today = new Date().toISOString().slice(0, 10);

describe('offerings', () => {
  it.each(catalogue.offerings.map((each) => [each.id, each] as const))('%s is complete', (id, each) => {
    expect(id).toBe(`${each.cloud}/${each.region.name}/${each.runtime}`);
    expect(each.region.coordinates.value.latitude).toBeGreaterThan(-60);
    expect(each.region.coordinates.value.latitude).toBeLessThan(75);
    expect(Math.abs(each.region.coordinates.value.longitude)).toBeLessThanOrEqual(180);
    expect(each.region.jurisdiction.value.country).toMatch(/^[A-Z]{2}$/);
    expect(each.compliance.length).toBeGreaterThan(0);
    if (each.deployable.yes) expect(each.limits?.sizes.value.length).toBeGreaterThan(0);
    else expect(each.deployable.reason).not.toBe('');
    // What is not there is named, so that a reader can say so.
    if (each.prices === undefined) expect(each.absent.join()).toMatch(/price/);
    if (each.slaPercent === undefined) expect(each.absent.join()).toMatch(/SLA/);
  });

  it('has unique ids, and finds each by its id', () => {
    expect(new Set(catalogue.offerings.map(({ id }) => id)).size).toBe(catalogue.offerings.length);
    for (const each of catalogue.offerings) expect(offering(each.id)).toBe(each);
    expect(offering('aws/eu-west-1/lambda')).toBeUndefined();
  });

  it('offers each runtime of a cloud in each of its regions', () => {
    const runtimes = {
      aws: ['ecs-ec2', 'fargate'],
      azure: ['container-apps', 'container-instances'],
      gcp: ['cloud-run', 'gke-autopilot'],
    };
    for (const region of regions()) {
      const found = catalogue.offerings.filter((each) => each.region === region).map(({ runtime }) => runtime);
      expect(found.toSorted(), region.id).toEqual(runtimes[region.cloud]);
    }
  });

  it('lists GKE Autopilot without offering it', () => {
    const autopilot = catalogue.offerings.filter(({ runtime }) => runtime === 'gke-autopilot');
    expect(autopilot.length).toBeGreaterThan(0);
    expect(autopilot.every(({ deployable }) => !deployable.yes)).toBe(true);
    expect(catalogue.offerings.filter(({ deployable }) => !deployable.yes)).toEqual(autopilot);
  });

  it('prices at least one offering of every cloud in the EU and in North America', () => {
    for (const cloud of ['aws', 'azure', 'gcp'] as const) {
      const priced = catalogue.offerings.filter(
        (each) => each.cloud === cloud && each.deployable.yes && each.prices !== undefined,
      );
      expect(
        priced.some(({ region }) => withinJurisdiction(region, 'EU')),
        cloud,
      ).toBe(true);
      expect(
        priced.some(({ region }) => region.area === 'north-america'),
        cloud,
      ).toBe(true);
    }
  });
});

describe('regions', () => {
  it.each(['aws', 'azure', 'gcp'] as const)('%s has at least eight, over four parts of the world', (cloud) => {
    const mine = regions().filter((each) => each.cloud === cloud);
    expect(mine.length).toBeGreaterThanOrEqual(8);
    expect(new Set(mine.map(({ name }) => name)).size).toBe(mine.length);
    const areas = new Set(mine.map(({ area }) => area));
    for (const area of ['north-america', 'south-america', 'europe', 'asia', 'oceania'] as const)
      expect(areas).toContain(area);
  });

  it('knows which law applies', () => {
    const frankfurt = regions().find(({ id }) => id === 'aws/eu-central-1');
    const london = regions().find(({ id }) => id === 'gcp/europe-west2');
    if (frankfurt === undefined || london === undefined) throw new Error('both regions are in the catalogue');
    expect(['DE', 'EU', 'EEA', 'US', 'UK'].filter((code) => withinJurisdiction(frankfurt, code))).toEqual([
      'DE',
      'EU',
      'EEA',
    ]);
    expect(['GB', 'UK', 'EU', 'EEA'].filter((code) => withinJurisdiction(london, code))).toEqual(['GB', 'UK']);
    expect(frankfurt.jurisdiction.value.gdpr).toBe(true);
    expect(london.jurisdiction.value.gdpr).toBe(false);
  });

  it('says EU of every region in a member state, and of no other', () => {
    const members = new Set(['BE', 'DE', 'FI', 'IE', 'NL', 'SE']);
    for (const each of regions()) {
      expect(withinJurisdiction(each, 'EU'), each.id).toBe(members.has(each.jurisdiction.value.country));
    }
  });
});

describe('facts', () => {
  const all = [...facts(catalogue)];

  it('are found throughout', () => {
    expect(all.length).toBeGreaterThan(1000);
    expect(all.some(({ path }) => path === 'offerings.aws/eu-west-1/fargate.prices.amd64.vcpuHour')).toBe(true);
  });

  it('all have a value, a source, a date that is not in the future, and a quality', () => {
    const bad = all.filter(({ fact }) => {
      const dated = fact.asOf === 'undated' || (/^20\d\d-\d\d-\d\d$/.test(fact.asOf) && fact.asOf <= today);
      return (
        fact.value === undefined || !(fact.source?.length > 5) || !dated || !['A', 'B', 'C'].includes(fact.quality)
      );
    });
    expect(bad).toEqual([]);
  });

  it('hold every price: no amount of money stands outside one', () => {
    const loose: string[] = [];
    const visit = (value: unknown, path: string, insideFact: boolean): void => {
      if (typeof value !== 'object' || value === null) return;
      if ('micros' in value && !insideFact) loose.push(path);
      for (const [key, below] of Object.entries(value))
        visit(below, `${path}.${key}`, key === 'value' && 'source' in value);
    };
    visit(catalogue, 'catalogue', false);
    expect(loose).toEqual([]);
  });

  it('hold money in positive integers, or zero where it is free', () => {
    const amounts = all
      .map(({ fact }) => fact.value)
      .filter((value) => typeof value === 'object' && value !== null && 'micros' in value);
    expect(amounts.length).toBeGreaterThan(300);
    for (const amount of amounts as { micros: number; per: number }[]) {
      expect(Number.isSafeInteger(amount.micros) && amount.micros >= 0).toBe(true);
      expect(Number.isSafeInteger(amount.per) && amount.per >= 1).toBe(true);
    }
  });
});

describe('compliance', () => {
  const claims = (of: Offering, program: ComplianceProgram): boolean =>
    of.compliance.some(({ value }) => value.program === program);

  it('claims a national scheme only on its own ground', () => {
    for (const each of catalogue.offerings) {
      const { area, jurisdiction } = each.region;
      if (claims(each, 'fedramp-moderate')) expect(jurisdiction.value.country, each.id).toBe('US');
      if (claims(each, 'c5') || claims(each, 'ens-high')) expect(area, each.id).toBe('europe');
      if (claims(each, 'irap')) expect(area, each.id).toBe('oceania');
    }
  });

  it('has no program twice for one offering, and claims nothing for FedRAMP High, which no source confirmed', () => {
    for (const each of catalogue.offerings) {
      const programs = each.compliance.map(({ value }) => value.program);
      expect(new Set(programs).size, each.id).toBe(programs.length);
      expect(compliancePrograms).toEqual(expect.arrayContaining(programs));
      expect(claims(each, 'fedramp-high'), each.id).toBe(false);
    }
  });
});

describe('version', () => {
  it('starts with the newest date in the data', () => {
    const dates = [...facts(catalogue)].map(({ fact }) => fact.asOf).filter((asOf) => asOf !== 'undated');
    expect(catalogue.version).toMatch(/^\d{4}-\d\d-\d\d-[0-9a-f]{8}$/);
    expect(catalogue.version.slice(0, 10)).toBe(dates.toSorted().at(-1));
  });
});

describe('places', () => {
  it('are about sixty, each once, on Earth', () => {
    expect(places.length).toBeGreaterThanOrEqual(60);
    expect(new Set(places.map(({ name }) => name)).size).toBe(places.length);
    for (const each of places) {
      expect(each.name).toMatch(/^[a-z]+(-[a-z]+)*$/);
      expect(Math.abs(each.latitude)).toBeLessThan(70);
      expect(Math.abs(each.longitude)).toBeLessThanOrEqual(180);
    }
  });

  it('are found by name', () => {
    expect(place('sao-paulo')?.country).toBe('BR');
    expect(place('atlantis')).toBeUndefined();
  });
});
