import { drPageDue } from '../../shared/contracts/dr-page-due.ts';
import { handler, nothing } from '../../shared/pipeline/handler.ts';
import { placeStands } from './place-stands.ts';

/** The rest of a page that did not fit one transaction. */
export const onDrPageDue = handler({
  consumer: 'dr/on-dr-page-due',
  contract: drPageDue,
  handle: async ({ data, dryrun }, context) => (dryrun ? nothing : placeStands(data, context)),
});
