import { TransactionCanceledException, TransactWriteItemsCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { CancellationReason, TransactWriteItem } from '@aws-sdk/client-dynamodb';
import { pauseAfter, reaching, StoreUnavailable, type Patience } from '../store-dynamodb/index.ts';

const maximumAttempts = 6;

/** One transaction; what passes (conflicts, throttling) is tried again. @returns why it was refused, by position; nothing when it was written. @throws StoreUnavailable */
export async function transact(
  client: DynamoDBClient,
  items: readonly TransactWriteItem[],
  patience: Patience,
): Promise<readonly CancellationReason[] | undefined> {
  for (let attempt = 1; ; attempt++) {
    try {
      await reaching('follower', () => client.send(new TransactWriteItemsCommand({ TransactItems: [...items] })));
      return undefined;
    } catch (error) {
      if (!(error instanceof TransactionCanceledException)) throw error;
      const reasons = error.CancellationReasons ?? [];
      if (reasons.some(isFinal)) return reasons;
      if (attempt === maximumAttempts) {
        const codes = [...new Set(reasons.map(({ Code }) => Code))].filter((code) => code !== 'None').join(', ');
        throw new StoreUnavailable(`follower: transaction cancelled ${attempt} times (${codes}); try again`);
      }
      await pauseAfter(attempt, patience);
    }
  }
}

const isFinal = ({ Code }: CancellationReason): boolean =>
  Code === 'ConditionalCheckFailed' || Code === 'ValidationError';
