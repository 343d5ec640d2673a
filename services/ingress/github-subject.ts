/** What the `sub` of a GitHub Actions token says. */
export interface GithubSubject {
  /** owner/name, lower case: GitHub tells no case apart. */
  readonly repository: string;
  /** In the form that repositories created or renamed from 2026-07-15 have. */
  readonly repositoryId?: string;
  /** `ref:refs/heads/main`, `environment:production`, `pull_request`. */
  readonly context: string;
}

const form = /^repo:([A-Za-z0-9-]+)(?:@(\d+))?\/([A-Za-z0-9._-]+)(?:@(\d+))?:(.+)$/;

/**
 * Reads both forms, `repo:owner/name:…` and `repo:owner@1/name@2:…`; undefined for anything else, such as a `sub` that the
 * organisation composes itself (a rule with `subject` is for those).
 * Source: GitHub changelog, 2026-04-23, "Immutable subject claims for GitHub Actions OIDC tokens".
 */
export function readGithubSubject(sub: string): GithubSubject | undefined {
  const [, owner = '', ownerId, name = '', repositoryId, context = ''] = form.exec(sub) ?? [];
  // Both have a number, or none has.
  if (owner === '' || (ownerId === undefined) !== (repositoryId === undefined)) return undefined;
  const repository = `${owner}/${name}`.toLowerCase();
  return { repository, context, ...(repositoryId === undefined ? {} : { repositoryId }) };
}
