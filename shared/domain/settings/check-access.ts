import type { Config } from '../../contracts/config.ts';
import type { AccessRule } from '../../contracts/config-hub.ts';
import type { Finding, Path } from '../spec/problem.ts';

/** A rule that lets in more than it seems to is worse than none: what cannot be meant is told before it is in force. Pure. */
export function checkAccess({ hub }: Config): readonly Finding[] {
  return (hub?.access ?? []).flatMap(({ issuer, rules }, at) =>
    rules.flatMap((rule, index) => {
      const path = ['hub', 'access', at, 'rules', index];
      return [...checkWho(rule, path), ...checkWildcard(rule, issuer, path), ...checkReport(rule, path)];
    }),
  );
}

function checkWho({ subject, repository, repositoryId, context }: AccessRule, path: Path): readonly Finding[] {
  if ((subject === undefined) === (repository === undefined)) {
    return [{ path, message: 'needs either subject or repository: who is it about?' }];
  }
  if (repository === undefined && (repositoryId !== undefined || context !== undefined)) {
    return [{ path, message: 'repositoryId and context say more about repository: put that in place of subject' }];
  }
  return [];
}

/** Issuers whose tokens anybody in the world can get: there, only a pattern that holds one owner is a rule at all. */
const forEverybody: readonly (readonly [issuer: string, held: RegExp, how: string])[] = [
  [
    'https://token.actions.githubusercontent.com',
    /^repo:[^*/]+\/[^*]*\*$/,
    'repo:owner/… (or give repository): any repository on GitHub has tokens of this issuer',
  ],
  ['https://accounts.google.com', /^$/, 'the whole number: any Google account has tokens of this issuer'],
];

function checkWildcard({ subject }: AccessRule, issuer: string, path: Path): readonly Finding[] {
  if (subject?.endsWith('*') !== true) return [];
  const open = forEverybody.find(([known]) => known === issuer.replace(/\/$/, ''));
  if (open === undefined || open[1].test(subject)) return [];
  return [{ path: [...path, 'subject'], found: subject, message: `"${subject}" must begin with ${open[2]}` }];
}

function checkReport({ may, cloud }: AccessRule, path: Path): readonly Finding[] {
  if (may.includes('report') === (cloud !== undefined)) return [];
  const message =
    cloud === undefined
      ? 'report needs cloud: a deployer speaks for its own only'
      : 'cloud is for report, which may lacks';
  return [{ path, message }];
}
