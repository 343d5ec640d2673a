import { rolloutScopeDue } from '../../shared/contracts/rollout-scope-due.ts';
import type { HandlerContext, Outcome } from '../../shared/pipeline/handler.ts';
import { withWord, type Said } from './exclusions.ts';
import { exclusionsKey, type ExclusionsRecord } from './record.ts';

interface ScopeEvent {
  readonly id: string;
  readonly time: string;
  readonly dryrun?: true;
  readonly data: { readonly scope: string };
}

/** Notes the word about a scope, and begins to look at every service, page by page, where traffic may have to move. */
export async function handleScope(said: Said, event: ScopeEvent, { records }: HandlerContext): Promise<Outcome> {
  if (event.dryrun) return {};
  const known = await records.get<ExclusionsRecord>(exclusionsKey);
  const { scope } = event.data;
  const scopes = withWord(known?.scopes, scope, { said, at: Date.parse(event.time), id: event.id });
  if (scopes === undefined) return {};
  const moves = said !== 'cordon' && (known?.scopes[scope]?.excluded ?? false) !== scopes[scope]?.excluded;
  const value: ExclusionsRecord = { scopes };
  return {
    writes: [{ key: exclusionsKey, value }],
    events: moves ? [rolloutScopeDue.draft({ scope, after: '' })] : [],
  };
}
