import { isIP } from 'node:net';
import { InvalidPattern } from './invalid-pattern.ts';

/** A test for addresses inside `10.0.0.0/8` or `2001:db8::/32`; an address of the other family is never inside. */
export function cidrTest(text: string, path: string): (value: string) => boolean {
  const [address = '', bitsText = '', ...more] = text.split('/');
  const family = isIP(address);
  if (family === 0 || more.length > 0 || !/^\d{1,3}$/.test(bitsText)) {
    throw new InvalidPattern(path, `"${text}" is not an address block such as 10.0.0.0/24`);
  }
  const width = family === 4 ? 32 : 128;
  const bits = Number(bitsText);
  // A full-length mask is refused by EventBridge too: what it would mean is written as the address itself.
  if (bits >= width)
    throw new InvalidPattern(path, `mask of "${text}" must be below ${width}: list the address itself`);
  const shift = BigInt(width - bits);
  const network = toNumber(address, family) >> shift;
  return (value) => isIP(value) === family && toNumber(value, family) >> shift === network;
}

function toNumber(address: string, family: number): bigint {
  return family === 4 ? ipv4(address) : ipv6(address);
}

function ipv4(address: string): bigint {
  return address.split('.').reduce((sum, part) => (sum << 8n) | BigInt(part), 0n);
}

function ipv6(address: string): bigint {
  // A zone (`%eth0`) names an interface, not an address; an embedded IPv4 tail stands for the last two groups.
  const bare = (address.split('%')[0] ?? '').replace(/(\d+\.\d+\.\d+\.\d+)$/, (tail) => {
    const number = ipv4(tail);
    return `${(number >> 16n).toString(16)}:${(number & 0xffffn).toString(16)}`;
  });
  const [head = '', tail] = bare.split('::');
  const left = groups(head);
  const right = tail === undefined ? [] : groups(tail);
  const zeros: string[] = new Array<string>(8 - left.length - right.length).fill('0');
  return [...left, ...zeros, ...right].reduce((sum, group) => (sum << 16n) | BigInt(`0x${group}`), 0n);
}

function groups(part: string): string[] {
  return part === '' ? [] : part.split(':');
}
