import type { HandlerContext, Outcome } from '../../shared/pipeline/handler.ts';
import { advanceService } from './advance-service.ts';
import { withWord, type Said } from './exclusions.ts';

interface ServiceWord {
  readonly id: string;
  readonly time: string;
  readonly dryrun?: true;
  readonly data: { readonly application: string; readonly service: string; readonly scope: string };
}

/** Notes the word about a scope on the service's own record, and moves its traffic where it now belongs. */
export function handleServiceWord(said: Said, event: ServiceWord, context: HandlerContext): Promise<Outcome> {
  if (event.dryrun) return Promise.resolve({});
  const word = { said, at: Date.parse(event.time), id: event.id };
  return advanceService(
    event.data,
    (record) => {
      const exclusions = withWord(record.exclusions, event.data.scope, word);
      return exclusions === undefined ? record : { ...record, exclusions };
    },
    context,
    { exclusion: true },
  );
}
