import type { CancellationReason } from '@aws-sdk/client-dynamodb';
import { NotTheActiveHub } from '../../ports/lease-store.ts';
import { AlreadyProcessed, VersionConflict } from '../../ports/record-store.ts';
import { TransactionInvalid } from './errors.ts';
import { versionOf, type Item } from './items.ts';
import type { Mark } from './keys.ts';

/** What an item of a transaction is for, in the order of the items: reasons are told by position. */
export type Part =
  | { readonly kind: 'lease'; readonly hub: string; readonly epoch: number }
  | { readonly kind: 'mark'; readonly mark: Mark }
  | { readonly kind: 'record'; readonly key: string; readonly expectedVersion: number }
  | { readonly kind: 'outbox'; readonly id: string };

export type Verdict =
  | { readonly kind: 'refused'; readonly error: Error }
  /** Nothing of it is decided: another transaction was under way on an item, or the table is throttled. */
  | { readonly kind: 'again'; readonly codes: string };

/**
 * Why a transaction was cancelled, as the decision its caller must take. A mark that exists says the most: whoever set it committed
 * the whole outcome, so versions that have moved on are no conflict then. Unless this hub is not the active one: then nothing that
 * its table says counts.
 */
export function verdictOf(reasons: readonly CancellationReason[], parts: readonly Part[]): Verdict {
  const failed = reasons.flatMap((reason, index) => {
    const part = parts[index];
    return reason.Code === 'None' || part === undefined ? [] : [{ ...reason, part }];
  });
  const unmet = failed.filter(({ Code }) => Code === 'ConditionalCheckFailed');
  const error = [deposed, alreadyProcessed, conflict].flatMap((told) => unmet.map(told)).find(isError);
  if (error !== undefined) return { kind: 'refused', error };
  const invalid = failed.find(({ Code }) => Code === 'ValidationError');
  if (invalid !== undefined) {
    const message = `DynamoDB refuses ${describePart(invalid.part)}: ${invalid.Message ?? 'it gives no reason'}`;
    return { kind: 'refused', error: new TransactionInvalid(message) };
  }
  return { kind: 'again', codes: [...new Set(failed.map(({ Code }) => Code ?? 'unknown'))].join(', ') };
}

const isError = (value: Error | undefined): value is Error => value !== undefined;

interface Unmet {
  readonly part: Part;
  readonly Item?: Item | undefined;
}

const deposed = ({ part }: Unmet): Error | undefined =>
  part.kind === 'lease' ? new NotTheActiveHub(part.hub, part.epoch) : undefined;

function alreadyProcessed({ part }: Unmet): Error | undefined {
  if (part.kind !== 'mark') return undefined;
  const { consumer, source, id } = part.mark;
  return new AlreadyProcessed(consumer, source, id);
}

function conflict({ part, Item: found }: Unmet): Error | undefined {
  return part.kind === 'record' ? new VersionConflict(part.key, part.expectedVersion, versionOf(found)) : undefined;
}

function describePart(part: Part): string {
  switch (part.kind) {
    case 'lease':
      return `the check of hub ${part.hub}'s lease`;
    case 'mark':
      return `the mark of ${part.mark.consumer} for event ${part.mark.id}`;
    case 'record':
      return `record ${part.key}`;
    case 'outbox':
      return `outgoing event ${part.id}`;
  }
}
