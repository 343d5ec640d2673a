import { refused } from '../dynamo-faults.ts';
import type { Course, Passing } from '../wire.ts';

/** What the wire does to a call, beside passing it on. */
export type FaultName =
  | 'dynamodb throttled'
  | 'eventbridge throttled'
  | 'eventbridge entry failed'
  | 'transaction cancelled'
  | 'transaction answer lost'
  | 'publish answer lost';

export interface Faults {
  readonly course: (passing: Passing) => Course;
  /** Off at first. */
  active: boolean;
  /** How often each was made. */
  readonly made: ReadonlyMap<FaultName, number>;
}

const pass: Course = { kind: 'pass' };

/** Of so many calls in a row, the first few are refused: more than the SDK's own three attempts, so that ours have to go on. */
const window = { of: 24, refused: 4 };
const writes = new Set(['TransactWriteItems', 'PutItem', 'UpdateItem', 'DeleteItem', 'BatchWriteItem']);

/**
 * Faults at fixed places in the row of calls, so that each is sure to be met. The hub's functions cannot tell them from AWS's own.
 * Sources: DynamoDB Developer Guide, "Error handling with DynamoDB"; EventBridge API Reference, PutEvents.
 */
export function createFaults(): Faults {
  const made = new Map<FaultName, number>();
  const asked = new Map<string, number>();
  /** Tokens of transactions whose answer was lost. */
  const done = new Set<string>();
  const make = (name: FaultName, course: Course): Course => {
    made.set(name, (made.get(name) ?? 0) + 1);
    return course;
  };
  const nth = (what: string): number => {
    const count = asked.get(what) ?? 0;
    asked.set(what, count + 1);
    return count % window.of;
  };

  function transaction({ body }: Passing): Course {
    const { ClientRequestToken: token = '', TransactItems: items } = JSON.parse(body) as Transaction;
    // What moto does not do: a transaction that is known by its token is answered again, and nothing changes (known-gaps.ts).
    if (done.has(token)) return { kind: 'answer', status: 200, body: {} };
    if (!faults.active) return pass;
    const place = nth('TransactWriteItems');
    if (place < window.refused) return make('dynamodb throttled', refused('ProvisionedThroughputExceededException'));
    if (place === 10) return make('transaction cancelled', conflict(items.length));
    if (place !== 16) return pass;
    done.add(token);
    return make('transaction answer lost', { kind: 'lose-answer' });
  }

  function publish({ body }: Passing): Course {
    if (!faults.active) return pass;
    const place = nth('PutEvents');
    if (place < window.refused) return make('eventbridge throttled', refused('ThrottlingException'));
    if (place === 9) return make('publish answer lost', { kind: 'lose-answer' });
    const { Entries } = JSON.parse(body) as { readonly Entries: readonly unknown[] };
    return place === 14 ? make('eventbridge entry failed', everyEntry(Entries.length)) : pass;
  }

  function write({ action }: Passing): Course {
    if (!faults.active || nth(action) >= window.refused) return pass;
    return make('dynamodb throttled', refused('ThrottlingException'));
  }

  const faults = {
    active: false,
    made,
    course(passing: Passing): Course {
      if (passing.action === 'TransactWriteItems') return transaction(passing);
      if (passing.action === 'PutEvents') return publish(passing);
      return passing.service === 'dynamodb' && writes.has(passing.action) ? write(passing) : pass;
    },
  };
  return faults;
}

interface Transaction {
  readonly ClientRequestToken?: string;
  readonly TransactItems: readonly unknown[];
}

/** Another transaction was at work on the first item. */
const conflict = (items: number): Course => ({
  kind: 'answer',
  status: 400,
  body: {
    __type: 'com.amazonaws.dynamodb.v20120810#TransactionCanceledException',
    Message: 'Transaction cancelled, please refer cancellation reasons for specific reasons',
    CancellationReasons: Array.from({ length: items }, (_, index) => ({
      Code: index === 0 ? 'TransactionConflict' : 'None',
    })),
  },
});

/** Failures come inside a 200. */
const everyEntry = (count: number): Course => ({
  kind: 'answer',
  status: 200,
  body: {
    FailedEntryCount: count,
    Entries: Array.from({ length: count }, () => ({ ErrorCode: 'InternalFailure', ErrorMessage: 'try again' })),
  },
});
