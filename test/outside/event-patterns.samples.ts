import type { Envelope } from '../../shared/contracts/envelope.ts';
import type { EventPattern } from '../../shared/contracts/event-pattern.ts';

/** Mulberry32: a small seeded generator, so that a difference can be shown again. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

type Pick = <T>(from: readonly T[]) => T;

function picker(seed: number): Pick {
  const random = seeded(seed);
  return (from) => from[Math.floor(random() * from.length)] as (typeof from)[number];
}

const words = ['run', 'Running', 'RUNNING', 'runaway', 'stopped', 'eu-west-1', 'us-east-1', 'a/lib/b.png', 'b.PNG', ''];
const numbers = [-2.5, 0.5, 2, 3, 300, 1e6];
const addresses = ['10.0.0.7', '10.1.2.3', '192.168.0.1', '2001:db8::1', '2001:db9::1', 'nowhere'];
const types = ['outside.one', 'outside.two', 'outside.three'];
const clouds = ['aws', 'azure', 'gcp'];

export function eventsOf(seed: number, count: number): Envelope[] {
  const pick = picker(seed);
  return Array.from({ length: count }, (_, index) => ({
    specversion: '1.0',
    id: `event-${index}`,
    source: pick(['/outside/a', '/outside/b']),
    type: pick(types),
    time: '2026-11-21T08:00:00Z',
    datacontenttype: 'application/json',
    correlationid: `event-${index}`,
    cloud: pick(clouds),
    data: body(pick),
  }));
}

function body(pick: Pick): Record<string, unknown> {
  return {
    word: pick([...words, pick([null, true, false, 7])]),
    number: pick([...numbers, 'three']),
    address: pick(addresses),
    list: [pick(words), pick(words), pick([...numbers, null])],
    nested: { deep: { flag: pick([true, false, null]), word: pick(words) }, number: pick(numbers) },
    ...(pick([true, false]) ? { sometimes: pick(words) } : {}),
  };
}

export function patternsOf(seed: number, count: number): { readonly id: string; readonly pattern: EventPattern }[] {
  const pick = picker(seed + 1);
  return Array.from({ length: count }, (_, index) => ({ id: `rule-${index}`, pattern: pattern(pick) }));
}

function pattern(pick: Pick): EventPattern {
  const data = pick([fields, fields, either])(pick);
  return {
    ...pick([{}, {}, { 'detail-type': [pick(types), pick(types)] }, { source: [{ prefix: '/outside/a' }] }]),
    detail: { ...pick([{}, {}, { cloud: [pick(clouds), pick(clouds)] }]), data },
  } as EventPattern;
}

function fields(pick: Pick): Record<string, unknown> {
  const makers = [text, amount, address, deep, sometimes, list];
  return { ...pick(makers)(pick), ...(pick([true, false]) ? pick(makers)(pick) : {}) };
}

function either(pick: Pick): Record<string, unknown> {
  return { $or: [text(pick), amount(pick), { ...sometimes(pick), ...address(pick) }].slice(pick([0, 1])) };
}

const text = (pick: Pick) => ({ word: alternatives(pick, textRule) });
const amount = (pick: Pick) => ({ number: alternatives(pick, numberRule) });
const deep = (pick: Pick) => ({
  nested: { deep: { flag: [pick([true, false, null])], word: alternatives(pick, textRule) } },
});
const sometimes = (pick: Pick) => ({
  sometimes: pick([[{ exists: true }], [{ exists: false }], ['run', { exists: false }]]),
});
const list = (pick: Pick) => ({ list: alternatives(pick, pick([textRule, numberRule])) });
const address = (pick: Pick) => ({
  address: [{ cidr: pick(['10.0.0.0/8', '10.0.0.0/24', '0.0.0.0/0', '2001:db8::/32', '::/0']) }],
});

function alternatives(pick: Pick, rule: (pick: Pick) => unknown): unknown[] {
  return pick([true, false]) ? [rule(pick)] : [rule(pick), rule(pick)];
}

function textRule(pick: Pick): unknown {
  const word = pick(words.filter((one) => one !== ''));
  const part = word.slice(0, 3);
  return pick<unknown>([
    word,
    null,
    { prefix: part },
    { prefix: { 'equals-ignore-case': part.toUpperCase() } },
    { suffix: word.slice(-4) },
    { suffix: { 'equals-ignore-case': word.slice(-4).toUpperCase() } },
    { 'equals-ignore-case': word.toUpperCase() },
    { wildcard: `${part}*` },
    { wildcard: `*${word.slice(1, 3)}*${word.slice(-1)}` },
    { 'anything-but': word },
    { 'anything-but': [word, pick(words)] },
    { 'anything-but': { prefix: part } },
    { 'anything-but': { suffix: word.slice(-4) } },
    { 'anything-but': { 'equals-ignore-case': word.toUpperCase() } },
    { 'anything-but': { wildcard: `*${word.slice(1, 3)}*` } },
    { exists: true },
  ]);
}

function numberRule(pick: Pick): unknown {
  const number = pick(numbers);
  return pick<unknown>([
    number,
    { numeric: ['=', number] },
    { numeric: [pick(['<', '<=', '>', '>=']), number] },
    { numeric: ['>', number, '<=', number + 297] },
    { 'anything-but': number },
    { 'anything-but': [number, 2] },
  ]);
}
