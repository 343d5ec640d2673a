import { describe, expect, it } from 'vitest';
import { rolloutCompleted } from '../../shared/contracts/rollout-completed.ts';
import { trafficShifted } from '../../shared/contracts/traffic-shifted.ts';
import type { LogEntry } from '../stream.ts';
import { watchLosses } from './losses.ts';

const event = (type: string, subject: string, data: object) =>
  ({ type, subject, data }) as unknown as LogEntry['event'];
const shifted = (subject: string, ...routes: string[]) => event(trafficShifted.type, subject, { routes });

describe('what came back', () => {
  it('is an application when its last service without a route has one again', () => {
    const watch = watchLosses();
    const said = [
      shifted('shop/web'),
      shifted('shop/cart'),
      shifted('shopping/web'),
      shifted('shop/web', 'aws'),
      shifted('shop/other', 'aws'),
      shifted('shop/cart', 'gcp'),
      shifted('shop/cart', 'aws'),
    ].map(watch);
    expect(said).toEqual([undefined, undefined, undefined, undefined, undefined, 'shop', undefined]);
  });

  it('is told by its rollout when there is one', () => {
    const watch = watchLosses();
    [shifted('shop/web'), shifted('shop/gone'), event(rolloutCompleted.type, 'shop', {})].forEach(watch);
    expect(watch(shifted('shop/web', 'aws'))).toBeUndefined();
  });
});
