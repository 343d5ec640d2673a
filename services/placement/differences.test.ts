import { describe, expect, it } from 'vitest';
import { differences } from './differences.ts';
import type { Decided } from './input.ts';
import type { PlacementRecord } from './record.ts';

describe('what a plan says changes', () => {
  it('is not the order in which a stored document has its keys', () => {
    const targets = [{ target: 'aws/us-east-1/fargate', replicas: 3, cpuMillicores: 250, memoryMib: 512 }];
    const standing = { specHash: 'a', targets, workload: { replicas: 3, healthCheck: { port: 80, path: '/' } } };
    const next = {
      service: 'web',
      specHash: 'b',
      targets,
      placed: targets,
      workload: { replicas: 2, healthCheck: { path: '/', port: 80 } },
    };
    const decided = { kind: 'placed', services: [next], removed: [] } as unknown as Decided & { kind: 'placed' };
    const current = new Map([['web', standing as unknown as PlacementRecord]]);
    expect(differences(decided, current)).toMatchObject([{ action: 'scale', fields: ['replicas'] }]);
  });
});
