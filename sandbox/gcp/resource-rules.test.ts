import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkResources, parseCpu, parseMemory } from './resource-rules.ts';

const check = (cpu: string, memory: string, extra: object = {}) =>
  checkResources(
    'service',
    { containers: [{ resources: { limits: { cpu, memory }, cpuIdle: true } }], ...extra },
    'template',
  );

describe('Cloud Run CPU and memory pairs', () => {
  it.each([
    ['1', '512Mi'],
    ['1000m', '4Gi'],
    ['2', '8Gi'],
    ['4', '2Gi'],
    ['6', '24Gi'],
    ['8', '32Gi'],
    ['0.08', '128Mi'],
    ['500m', '1Gi'],
  ])('accepts %s with %s', (cpu, memory) => {
    expect(check(cpu, memory)).toEqual([]);
  });

  it.each([
    ['1', '5Gi'],
    ['2', '9Gi'],
    ['4', '1Gi'],
    ['8', '2Gi'],
    ['8', '33Gi'],
    ['0.4', '1Gi'],
    ['3', '4Gi'],
    ['0.01', '128Mi'],
    ['16', '32Gi'],
  ])('refuses %s with %s', (cpu, memory) => {
    expect(check(cpu, memory)).toHaveLength(1);
  });

  it('wants 512Mi where the second generation environment is needed', () => {
    expect(check('1', '256Mi')).toEqual([]);
    expect(check('1', '256Mi', { executionEnvironment: 'EXECUTION_ENVIRONMENT_GEN2' })).toHaveLength(1);
    const pool = { containers: [{ resources: { limits: { cpu: '1', memory: '256Mi' } } }] };
    expect(checkResources('workerPool', pool, 'template')).toHaveLength(1);
  });

  it('adds up the containers of one instance', () => {
    const sidecar = { resources: { limits: { cpu: '1', memory: '512Mi' }, cpuIdle: true } };
    expect(checkResources('service', { containers: [sidecar, sidecar] }, 'template')).toEqual([]);
    expect(checkResources('service', { containers: [sidecar, sidecar, sidecar] }, 'template')).toHaveLength(1);
  });

  it('never throws and never accepts a quantity that is none', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (cpu, memory) => {
        const accepted = check(cpu, memory).length === 0;
        return !accepted || (parseCpu(cpu) !== undefined && parseMemory(memory) !== undefined);
      }),
    );
  });
});
