/** A case of a suite that moto cannot pass, because it does otherwise than AWS. */
export interface KnownGap {
  /** Full name of the case: describe blocks and `it`, parted by " > ". */
  readonly name: string;
  readonly moto: string;
  readonly real: string;
  readonly source: string;
}

/**
 * A gap skips a case by name, and nothing else does: `node test/outside/hub-adapters.ts` fails for a gap that skips nothing and for
 * a case that is skipped without one.
 */
export const knownGaps: readonly KnownGap[] = [
  {
    name: 'dynamodb on a bad wire > answers a commit again whose first answer was lost',
    moto: 'ignores ClientRequestToken: the second TransactWriteItems is judged anew and meets what the first has written',
    real: 'the same token within ten minutes is answered with success and changes nothing',
    source: 'https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html',
  },
];
