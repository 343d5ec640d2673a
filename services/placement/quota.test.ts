import { describe, expect, it } from 'vitest';
import { decide } from './decide.ts';
import type { Infeasible } from './decision.ts';
import { inputOf, webService } from './fixtures.ts';
import type { DecideInput } from './input.ts';
import { defaultPlacementSettings } from './settings.ts';

const target = 'aws/eu-west-1/fargate';
const settings = {
  ...defaultPlacementSettings,
  clouds: { aws: { regions: ['eu-west-1'] } },
  quotas: { [target]: 4 },
};

function refused(input: DecideInput): readonly Infeasible[] {
  const decided = decide(input);
  if (decided.kind !== 'infeasible') throw new Error('it was placed');
  return decided.infeasible;
}

const quotaReasons = ({ rejected }: Infeasible) =>
  rejected.filter(({ filter }) => filter === 'quota').map(({ reason, targets }) => ({ reason, targets }));

describe('a service that finds no room', () => {
  it('alone is told its need and the quota, candidate by candidate, and what raises it', () => {
    const [web] = refused(inputOf([webService('web', { replicas: 10 })], { settings }));
    expect(web?.message).toBe(
      'needs 5 vCPU in one place (10 replicas of 0.5); the quota of its only candidate leaves no room: placement.quotas raises it',
    );
    expect(web?.eligible).toEqual([]);
    const reason =
      'needs 5 vCPU of a quota of 4, of which nothing is used; placement.quotas in the configuration raises it';
    expect(web === undefined ? [] : quotaReasons(web)).toEqual([{ reason, targets: [target] }]);
  });

  it('beside others is told who has it', () => {
    const services = ['a', 'b', 'c'].map((name) => webService(name, { replicas: 3 }));
    const found = refused(inputOf(services, { settings, usedByOthers: { [target]: 1000 } }));
    expect(found).toHaveLength(1);
    const [{ reason = '' } = {}] = found.flatMap(quotaReasons);
    expect(reason).toMatch(
      /^needs 1\.5 vCPU of a quota of 4, of which 1 by other applications, 1\.5 by [abc], 1\.5 by [abc] are used; /,
    );
    expect(reason).not.toContain(`by ${found[0]?.service},`);
  });

  it('spread over places needs only its share in each', () => {
    const constraints = { minimumClouds: 1, minimumRegions: 2 };
    const clouds = { aws: { regions: ['eu-west-1', 'eu-central-1'] } };
    const wide = webService('wide', { replicas: 20, constraints });
    const quotas = { [target]: 4, 'aws/eu-central-1/fargate': 4 };
    const [found] = refused(inputOf([wide], { settings: { ...settings, clouds, quotas } }));
    expect(found?.message).toContain('needs 5 vCPU in one place (20 replicas of 0.5 over its places)');
  });
});
