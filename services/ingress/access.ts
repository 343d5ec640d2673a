import type { AccessRule, IssuerAccess } from '../../shared/contracts/config-hub.ts';
import { readGithubSubject } from './github-subject.ts';
import { fits, type Identified, type Principal } from './principal.ts';

/** Claims of a token whose signature, issuer, audience and times somebody has verified. */
export type Claims = Readonly<Record<string, unknown>>;

/** Who a token's bearer is, and what `hub.access` lets that one do: the first rule that fits decides. Pure. */
export function principalOf(claims: Claims, access: readonly IssuerAccess[]): Identified {
  const [issuer, subject] = [text(claims, 'iss'), text(claims, 'sub')];
  if (issuer === undefined || subject === undefined) {
    const missing = issuer === undefined ? 'iss' : 'sub';
    return { kind: 'stranger', detail: `the token says no ${missing}: nobody can be told by it` };
  }
  const rules = access.filter((each) => each.issuer === issuer).flatMap((each) => each.rules);
  const rule = rules.find((each) => isAbout(each, subject, claims));
  if (rule !== undefined) return { kind: 'known', principal: grant(rule, subject) };
  const why = rules.length === 0 ? `no rule is about issuer ${issuer}` : `no rule of issuer ${issuer} fits`;
  return { kind: 'unwelcome', detail: `${subject}: ${why}; rules are under hub.access in homeostasis.yaml` };
}

function grant({ may, applications, cloud }: AccessRule, name: string): Principal {
  return { name, may, ...(applications && { applications }), ...(cloud && { cloud }) };
}

function isAbout(rule: AccessRule, subject: string, claims: Claims): boolean {
  if (rule.subject !== undefined) return fits(rule.subject, subject);
  return rule.repository !== undefined && isFrom(rule.repository, rule, { subject, claims });
}

function isFrom(
  repository: string,
  { repositoryId, context = '*' }: AccessRule,
  { subject, claims }: { readonly subject: string; readonly claims: Claims },
): boolean {
  const found = readGithubSubject(subject);
  if (found?.repository !== repository.toLowerCase() || !fits(context, found.context)) return false;
  if (repositoryId === undefined) return true;
  // The claim stands in tokens with either form of sub; where sub has the number too, both must say the same.
  const claimed = text(claims, 'repository_id');
  return claimed === repositoryId && (found.repositoryId ?? claimed) === repositoryId;
}

/** API Gateway hands every claim over as text; a verifier of its own would keep numbers. */
function text(claims: Claims, name: string): string | undefined {
  const value = Object.hasOwn(claims, name) ? claims[name] : undefined;
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value !== '' ? value : undefined;
}
