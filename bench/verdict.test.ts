import { describe, expect, it } from 'vitest';
import { judged, unmeasured } from './verdict.ts';

const promised = { what: 'a thing', target: '3 s', ratio: '2x' };

describe('a verdict', () => {
  it('is met or not met beside its figure', () => {
    expect(judged(promised, '2 s', true)).toEqual({ ...promised, figure: '2 s', verdict: 'met' });
    expect(judged(promised, '4 s', false)).toEqual({ ...promised, figure: '4 s', verdict: 'not met' });
  });

  it('that could not be measured says why, and is neither', () => {
    const verdict = unmeasured(promised, 'nats-server is not installed');
    expect(verdict).toEqual({ ...promised, figure: 'nats-server is not installed', verdict: 'not measured' });
  });
});
