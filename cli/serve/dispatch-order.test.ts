import { globSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { precedenceOf, precedences } from './dispatch-order.ts';

const services = fileURLToPath(new URL('../../services', import.meta.url));
const consumers = globSync('*/on-*.ts', { cwd: services }).map((path) => path.replace(/\.ts$/, ''));

describe('who goes first', () => {
  it.each([
    ['placement/on-placement-review-due', 'deciding'],
    ['placement/on-placement-page-due', 'urgent'],
    ['rollout/on-rollout-scope-due', 'urgent'],
    ['rollout/on-deployment-ready', 'prompt'],
    ['deployer-gcp/on-deployment-apply', 'prompt'],
    ['deployer-gcp/on-deployment-observe', 'patient'],
    ['monitor/on-deployment-reported', 'usual'],
  ])('%s: %s', (consumer, precedence) => {
    expect(precedenceOf(consumer)).toBe(precedence);
  });

  it('names nobody who is not there', () => {
    const known = new Set(
      consumers.flatMap((each) => {
        const [service = '', on = ''] = each.split('/');
        return [each, `${service}/*`, `*/${on}`];
      }),
    );
    expect(consumers.length).toBeGreaterThan(60);
    expect(Object.keys(precedences).filter((each) => !known.has(each))).toEqual([]);
  });
});
