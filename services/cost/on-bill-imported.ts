import { billImported } from '../../shared/contracts/bill-imported.ts';
import { handler, nothing } from '../../shared/pipeline/handler.ts';
import { judgeSoon } from './bills/judge-soon.ts';

/** Bills have changed: everything is judged anew, once for all bills that come in together. */
export const onBillImported = handler({
  consumer: 'cost/on-bill-imported',
  contract: billImported,
  handle: async ({ correlationid, dryrun }, context) => (dryrun ? nothing : judgeSoon(correlationid, context)),
});
