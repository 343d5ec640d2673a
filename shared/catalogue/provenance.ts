import type { Fact } from './types.ts';

/** A fact and where in the data it sits, for example `offerings.aws/eu-west-1/fargate.slaPercent`. */
export interface PlacedFact {
  readonly path: string;
  readonly fact: Fact<unknown>;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

/** Anything that has a quality claims to be a fact, so one that lacks a source is found as well. */
function isFact(value: Readonly<Record<string, unknown>>): boolean {
  return 'quality' in value || ('value' in value && 'source' in value);
}

function label(key: string, value: unknown): string {
  return isRecord(value) && typeof value['id'] === 'string' ? value['id'] : key;
}

/** Every fact below `root`, with its path; a shared fact is yielded at each of its places. */
export function* facts(root: unknown, path = ''): Generator<PlacedFact> {
  if (!isRecord(root)) return;
  if (isFact(root)) yield { path, fact: root as unknown as Fact<unknown> };
  for (const [key, value] of Object.entries(root)) {
    yield* facts(value, path === '' ? label(key, value) : `${path}.${label(key, value)}`);
  }
}

/** FNV-1a, 32 bits: tells versions of the data apart, protects nothing. */
export function digest(text: string): string {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  }
  return (hash >>> 0).toString(16).padStart(8, '0');
}

/** Newest date in the data, and a digest of all of it: `2026-10-09-1a2b3c4d`. */
export function versionOf(data: unknown): string {
  let newest = '';
  for (const { fact } of facts(data)) {
    if (fact.asOf !== 'undated' && fact.asOf > newest) newest = fact.asOf;
  }
  return `${newest}-${digest(JSON.stringify(data))}`;
}
