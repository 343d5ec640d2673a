import type { Envelope } from '../../../shared/contracts/envelope.ts';
import { nothing, type Outcome } from '../../../shared/pipeline/handler.ts';
import type { CostGiven } from '../given.ts';

/**
 * Posts the event to the webhook of its budget, where it has one. It may be posted twice (a crash after the answer): its id tells.
 * @throws what the poster throws, so that the delivery is tried again
 */
export async function postNotice(
  event: Envelope<{ readonly budget: string }>,
  { settings, post }: Pick<CostGiven, 'settings' | 'post'>,
): Promise<Outcome> {
  const { budget } = event.data;
  const wanted = settings.budgets.some(({ name, webhook }) => name === budget && webhook !== undefined);
  if (wanted && event.dryrun !== true) await post({ budget, event });
  return nothing;
}
