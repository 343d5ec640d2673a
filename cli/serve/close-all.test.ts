import { expect, it } from 'vitest';
import { closeAll } from './close-all.ts';

const failing = (message: string) => () => Promise.reject(new Error(message));

it('closes all in turn, and says what failed only then', async () => {
  const closed: string[] = [];
  const closing = closeAll([() => void closed.push('api'), failing('gateway'), () => void closed.push('runtime')]);
  await expect(closing).rejects.toThrow(/^gateway$/);
  expect(closed).toEqual(['api', 'runtime']);
});

it('says all that failed', async () => {
  await expect(closeAll([failing('gateway'), failing('runtime')])).rejects.toThrow(
    '2 parts did not close: gateway; runtime',
  );
});

it('is done where nothing is open', async () => {
  await expect(closeAll([])).resolves.toBeUndefined();
});
