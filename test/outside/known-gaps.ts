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
  {
    name: 'eventbridge as an event bus > duplicates > knows an event by source and id',
    moto: 'delivers an event that is published again',
    real: 'delivers it again too, and keeps no record of ids: the marks of its consumers make it harmless',
    source:
      'docs/adr/0010-eventbridge-bus.md; https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html',
  },
  {
    name: 'eventbridge as an event bus > log > tells followers of each event until they stop',
    moto: 'answers PutEvents before the queue of the rule that selects every event has been read',
    real: 'delivers asynchronously too: what hears of events by a rule hears of them after the publisher',
    source: 'https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-delivering-events.html',
  },
  {
    name: 'traffic by weighted records, against moto > of two writers at once lets one win whole',
    moto: 'deletes a record set whatever its values, so that a writer who read an older one is not refused',
    real: 'InvalidChangeBatch when the record set to be deleted does not match in name, type and values; the batch changes nothing',
    source: 'https://docs.aws.amazon.com/Route53/latest/APIReference/API_ChangeResourceRecordSets.html',
  },
  {
    name: 'a pair of hubs > replicates a table to the other region',
    moto: 'takes ReplicaUpdates and replicates nothing: the tests of a pair of hubs copy what a table’s stream tells into the replica themselves',
    real: 'usually within a second, item by item; what one transaction wrote arrives in parts, in no order',
    source: 'https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/V2globaltables_HowItWorks.html',
  },
];
