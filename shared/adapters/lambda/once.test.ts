import { afterEach, describe, expect, it, vi } from 'vitest';
import { once } from './once.ts';

afterEach(() => vi.unstubAllEnvs());

describe('a composition', () => {
  it('is made by the first call and kept', async () => {
    const compose = vi.fn(() => ({}));
    const composed = once(compose);
    expect(compose).not.toHaveBeenCalled();
    const [first, second] = await Promise.all([composed(), composed()]);
    expect(first).toBe(second);
    expect(compose).toHaveBeenCalledTimes(1);
  });

  it('that failed is made again', async () => {
    let calls = 0;
    const composed = once(() => {
      calls += 1;
      if (calls === 1) throw new Error('not yet');
      return calls;
    });
    await expect(composed()).rejects.toThrow('not yet');
    expect(await composed()).toBe(2);
  });

  it('is made at the start in Lambda, where its failure is the reason that the function does not start', async () => {
    vi.stubEnv('AWS_LAMBDA_RUNTIME_API', '127.0.0.1:9001');
    const compose = vi.fn(() => 7);
    const composed = once(compose);
    expect(compose).toHaveBeenCalledTimes(1);
    expect(await composed()).toBe(7);
    expect(compose).toHaveBeenCalledTimes(1);
    expect(() =>
      once(() => {
        throw new Error('HOMEOSTASIS_TABLE is not set');
      }),
    ).toThrow('HOMEOSTASIS_TABLE is not set');
  });
});
