import { entryOf, type Change, type ChangeContext } from './change.ts';
import type { Entry } from './entry.ts';
import { keyOf, type Item } from './item.ts';
import type { FollowerPorts } from './ports.ts';

/** A record of the replica's stream, as far as we read it. */
export interface StreamRecord {
  readonly eventName?: string;
  readonly dynamodb?: {
    readonly SequenceNumber?: string;
    readonly NewImage?: Readonly<Record<string, unknown>>;
    readonly OldImage?: Readonly<Record<string, unknown>>;
  };
}

/** Lambda goes on from the lowest of these: everything from there comes again. */
export interface StreamResponse {
  readonly batchItemFailures: readonly { readonly itemIdentifier: string }[];
}

export type ImageOf = (image: Readonly<Record<string, unknown>> | undefined) => Item | undefined;

/** @throws TypeError when it is no batch of a stream: a wrong wiring of the function. */
export function recordsIn(event: unknown): readonly StreamRecord[] {
  if (typeof event === 'object' && event !== null && 'Records' in event && Array.isArray(event.Records)) {
    return event.Records as readonly StreamRecord[];
  }
  throw new TypeError('the event is not a batch of a stream: this function reads the replica of the other hub’s table');
}

/** Lets what the other hub committed into our own table. A batch that could not be written comes again whole: it changes nothing twice. */
export async function follow(
  records: readonly StreamRecord[],
  imageOf: ImageOf,
  { context, ...ports }: FollowerPorts & { readonly context: ChangeContext },
): Promise<StreamResponse> {
  const { admit, isWhole, logger, measure } = ports;
  const entries = records.flatMap((record) => entryIn(record, imageOf, { context, logger }));
  if (entries.length === 0) return { batchItemFailures: [] };
  try {
    const { admitted, stranded, older, waiting } = await admit(entries, await isWhole());
    measure('AdmittedItems', admitted, 'Count');
    if (stranded > 0) measure('StrandedItems', stranded, 'Count');
    if (stranded + waiting > 0) logger.warn('follower.held-back', { stranded, waiting, older });
    return { batchItemFailures: [] };
  } catch (error) {
    logger.error('follower.failed', { changes: entries.length, error: String(error) });
    return { batchItemFailures: [{ itemIdentifier: records[0]?.dynamodb?.SequenceNumber ?? '' }] };
  }
}

function entryIn(
  { eventName, dynamodb }: StreamRecord,
  imageOf: ImageOf,
  { context, logger }: Pick<FollowerPorts, 'logger'> & { readonly context: ChangeContext },
): readonly Entry[] {
  const [now, before] = [imageOf(dynamodb?.NewImage), imageOf(dynamodb?.OldImage)];
  const change: Change = {
    kind: eventName === 'REMOVE' ? 'removed' : 'written',
    ...(now && { now }),
    ...(before && { before }),
  };
  try {
    const entry = entryOf(change, context);
    return entry === undefined ? [] : [entry];
  } catch (error) {
    // Not written by any release that we know: it must not hold up what is behind it. Bringing the table up would find it.
    logger.error('follower.unreadable', { ...keyOf(now ?? before ?? {}), error: String(error) });
    return [];
  }
}
