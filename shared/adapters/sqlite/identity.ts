import type { Envelope } from '../../contracts/envelope.ts';

/**
 * A 53-bit hash of text (two 32-bit multiply-and-xor lanes, mixed at the end). Not proof against a forger: whatever is found by
 * it is compared in full.
 */
export function hash53(text: string): number {
  let low = 0xdeadbeef;
  let high = 0x41c6ce57;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    low = Math.imul(low ^ unit, 0x9e3779b1);
    high = Math.imul(high ^ unit, 0x5f356495);
  }
  low = Math.imul(low ^ (low >>> 16), 0x85ebca6b) ^ Math.imul(high ^ (high >>> 13), 0xc2b2ae35);
  high = Math.imul(high ^ (high >>> 16), 0x85ebca6b) ^ Math.imul(low ^ (low >>> 13), 0xc2b2ae35);
  return 4294967296 * (high & 0x1fffff) + (low >>> 0);
}

export function identityHash({ source, id }: Pick<Envelope, 'source' | 'id'>): number {
  return hash53(`${source}\n${id}`);
}
