import { describe, expect, it } from 'vitest';
import { silentLogger } from '../../shared/ports/logger.ts';
import type { Item } from './item.ts';
import { againMs, createResend, type Event, type ResendPorts } from './resend.ts';

const copy = (id: string): Item => ({
  ...{ pk: { S: 'standby#copy#a' }, sk: { S: id }, kind: { S: 'copy' }, owner: { S: 'dr' } },
  event: { S: id === 'broken' ? '{' : JSON.stringify({ source: '/s', id, time: new Date(0).toISOString() }) },
});

function world(pages: readonly (readonly string[])[], change: Partial<ResendPorts<Event>> = {}) {
  let time = 0;
  const sent: string[] = [];
  const dropped: string[] = [];
  const resend = createResend<Event>({
    async *copies() {
      for (const page of pages) yield await Promise.resolve(page.map(copy));
    },
    async *journal() {
      yield await Promise.resolve(undefined);
      yield JSON.stringify({ source: '/s', id: 'journal', time: new Date(0).toISOString() });
    },
    parse: (json) => JSON.parse(json) as Event,
    consumersOf: () => ['monitor/on-it'],
    keepsMarks: () => true,
    marked: (marks) => Promise.resolve(new Set(marks.filter(({ id }) => id.startsWith('handled')))),
    send: ({ id }, { copy: key }) => Promise.resolve(sent.push(`${id} ${key?.sk ?? '-'}`) > 0),
    drop: (keys) => Promise.resolve(void dropped.push(...keys.map(({ sk }) => sk))),
    clock: { now: () => (time += 1) },
    logger: silentLogger,
    ...change,
  });
  return { resend, sent, dropped, pass: (ms: number) => (time += ms) };
}

describe('sending again', () => {
  it('takes what somebody has not handled, and the journal once', async () => {
    const { resend, sent, dropped, pass } = world([
      ['1', 'handled-1', 'broken'],
      ['handled-2', '2'],
    ]);
    expect(await resend.slice(4, Infinity)).toBe(true);
    expect(sent).toEqual(['1 1', '2 2', 'journal -']);
    expect(dropped).toEqual(['handled-1', 'handled-2']);
    expect(await resend.slice(4, Infinity)).toBe(true);
    expect(sent).toHaveLength(3);
    pass(againMs);
    await resend.slice(4, Infinity);
    expect(sent.slice(3)).toEqual(['1 1', '2 2']);
    await resend.slice(5, Infinity);
    expect(sent.slice(5)).toEqual(['1 1', '2 2', 'journal -']);
  });

  it('goes on where it was when the next look was due', async () => {
    const { resend, sent } = world([['1'], ['2']]);
    expect(await resend.slice(4, 0)).toBe(false);
    expect(sent).toEqual(['1 1']);
    expect(await resend.slice(4, Infinity)).toBe(true);
    expect(sent).toEqual(['1 1', '2 2', 'journal -']);
  });

  it('begins again when the lease was lost on the way, or something failed', async () => {
    let active = false;
    const lost = world([['1']], { send: () => Promise.resolve(active) });
    await expect(lost.resend.slice(4, Infinity)).rejects.toThrow('not the active one');
    active = true;
    expect(await lost.resend.slice(4, Infinity)).toBe(true);
    let fails = true;
    const failing = world([['1']], {
      drop: () => (fails ? Promise.reject(new Error('throttled')) : Promise.resolve()),
    });
    await expect(failing.resend.slice(4, Infinity)).rejects.toThrow('throttled');
    fails = false;
    expect(await failing.resend.slice(4, Infinity)).toBe(true);
    expect(failing.sent).toEqual(['1 1', '1 1', 'journal -']);
  });
});
