import { describe, expect, it } from 'vitest';
import { untilTaken } from './again.ts';

function world(...answers: readonly (readonly [status: number, retryAfter?: string])[]) {
  let now = Date.UTC(2026, 10, 21, 8);
  let sent = 0;
  const waits: number[] = [];
  const told: string[] = [];
  const send = () => {
    const [status, retryAfter] = answers[Math.min(sent++, answers.length - 1)] ?? [0];
    return Promise.resolve({ status, retryAfter });
  };
  const wait = (ms: number) => {
    waits.push(ms);
    now += ms;
    return Promise.resolve();
  };
  const tell = (line: string) => void told.push(line);
  const pacing = { attempts: 5, waitMs: 60_000, wait, now: () => now, random: () => 0.5, tell };
  return { waits, told, sent: () => sent, go: async () => (await untilTaken(send, pacing)).status };
}

describe('a request to a control plane', () => {
  it.each([200, 202, 400, 404, 500])('that is answered with %i is sent once', async (status) => {
    const { go, sent, told } = world([status, '5']);
    expect([await go(), sent(), told]).toEqual([status, 1, []]);
  });

  it('waits for as long as it is asked to, and a little more, and says so', async () => {
    const date = new Date(Date.UTC(2026, 10, 21, 8) + 9_250).toUTCString();
    const { go, waits, told } = world([429, '2'], [503, date], [429], [202]);
    expect(await go()).toBe(202);
    expect(waits).toEqual([2_250, 7_250, 1_000]);
    expect(told).toEqual([
      'the control plane is asked too often (status 429): trying again in 2 s',
      'the control plane cannot take this now (status 503): trying again in 7 s',
      'the control plane is asked too often (status 429): trying again in 1 s',
    ]);
  });

  it.each([
    ['a few attempts', [429], 5],
    ['a minute', [503, '25'], 3],
    ['less than it is asked for', [503, '3600'], 1],
  ] as const)('gives up after %s', async (_, answer, attempts) => {
    const { go, sent } = world(answer);
    expect([await go(), sent()]).toEqual([answer[0], attempts]);
  });
});
