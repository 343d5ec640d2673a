import { recoveryPageDue } from '../../shared/contracts/recovery-page-due.ts';
import { handler, nothing } from '../../shared/pipeline/handler.ts';
import { walkPage } from './walk.ts';

/** The next page of a recovery's services. */
export const onRecoveryPageDue = handler({
  consumer: 'dr/on-recovery-page-due',
  contract: recoveryPageDue,
  handle: async ({ data, dryrun }, context) => (dryrun ? nothing : walkPage(data, context)),
});
