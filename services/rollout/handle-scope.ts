import { rolloutScopeDue } from '../../shared/contracts/rollout-scope-due.ts';
import type { HandlerContext, Outcome } from '../../shared/pipeline/handler.ts';
import { withWord } from './exclusions.ts';
import { exclusionsKey, type ExclusionsRecord } from './record.ts';

interface ScopeEvent {
  readonly id: string;
  readonly time: string;
  readonly dryrun?: true;
  readonly data: { readonly scope: string };
}

/** Notes the word about a scope, and begins to look at every service, page by page. */
export async function handleScope(excluded: boolean, event: ScopeEvent, { records }: HandlerContext): Promise<Outcome> {
  if (event.dryrun) return {};
  const known = await records.get<ExclusionsRecord>(exclusionsKey);
  const { scope } = event.data;
  const next = withWord(known, scope, { excluded, at: Date.parse(event.time), id: event.id });
  if (next === undefined) return {};
  return { writes: [{ key: exclusionsKey, value: next }], events: [rolloutScopeDue.draft({ scope, after: '' })] };
}
