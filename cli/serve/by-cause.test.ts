import { describe, expect, it } from 'vitest';
import { byCause } from './by-cause.ts';

function watched() {
  const lines: (readonly [string, unknown])[] = [];
  const due: (() => void)[] = [];
  const keep = (what: string, facts: unknown): void => void lines.push([what, facts]);
  const logger = byCause({ info: keep, warn: keep, error: keep }, (_ms, run) => due.push(run));
  const pass = (): void => {
    for (const run of due.splice(0)) run();
  };
  return { lines, logger, pass };
}

const refused = (port: number) => ({
  endpoint: `http://127.0.0.1:${port}`,
  error: `connect ECONNREFUSED 127.0.0.1:${port}`,
});

describe('warnings by cause', () => {
  it('tells the first at once, and those that follow as one line with their number', () => {
    const { lines, logger, pass } = watched();
    for (const port of [20_001, 20_002, 20_003]) logger.warn('endpoint is down', refused(port));
    expect(lines).toEqual([['endpoint is down', refused(20_001)]]);
    pass();
    expect(lines.slice(1)).toEqual([['endpoint is down', { ...refused(20_003), count: 2 }]]);
  });

  it('forgets a cause that has been silent, and tells it at once when it is back', () => {
    const { lines, logger, pass } = watched();
    logger.warn('endpoint is down', refused(1));
    pass();
    expect(lines).toHaveLength(1);
    logger.warn('endpoint is down', refused(2));
    expect(lines).toHaveLength(2);
  });

  it('keeps causes apart, and every error', () => {
    const { lines, logger } = watched();
    const error = { name: 'CloudUnreachable', message: 'no answer' };
    for (const type of ['remove', 'apply', 'apply'])
      logger.warn('bus.retry', { consumer: 'deployer-aws', type, error });
    for (let i = 0; i < 2; i++) logger.error('bus.dead', { error });
    logger.warn('bus.retry', { consumer: 'deployer-aws', type: 'apply', error: { name: 'Throttled' } });
    expect(lines.map(([what]) => what)).toEqual(['bus.retry', 'bus.retry', 'bus.dead', 'bus.dead', 'bus.retry']);
  });
});
