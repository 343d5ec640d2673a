import { createHash } from 'node:crypto';

/** The clouds we deploy to by our own names, others by a slug of theirs. */
export function providerSlug(name: string): string {
  const plain = name.trim().toLowerCase();
  if (/^(aws|amazon)\b/.test(plain)) return 'aws';
  if (/^(microsoft|azure)\b/.test(plain)) return 'azure';
  if (/^(gcp|google)\b/.test(plain)) return 'gcp';
  return (
    plain
      .replaceAll(/[^a-z0-9]+/g, '-')
      .replaceAll(/^-+|-+$/g, '')
      .slice(0, 30) || `provider-${digest(name)}`
  );
}

/**
 * A billing account as part of a bill's id and of a path. Ids that are more than letters, digits and `._:@-` (Azure's hold slashes)
 * keep what can be read of them and get a digest, so that two of them never become one.
 */
export function accountSlug(account: string): string {
  if (/^[A-Za-z0-9][A-Za-z0-9._@-]{0,79}$/.test(account) && !account.includes('..')) return account;
  const readable = account
    .replaceAll(/[^A-Za-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(-60);
  return `${readable === '' ? 'account' : readable}-${digest(account)}`;
}

const digest = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 8);
