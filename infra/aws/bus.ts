import { Duration } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import type * as kms from 'aws-cdk-lib/aws-kms';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { EventPattern } from '../../shared/contracts/event-pattern.ts';

/** Longer than any backoff: what the function itself has not put aside by then, crashed it every time. */
export const maximumReceives = 60;
/** SQS's most. A hub that stands by gives back what reaches it, again and again, and it must not be taken for a crash. */
export const receivesWhileStandingBy = 1000;
/** Six times the function's own limit, as Lambda asks for with SQS. Source: Lambda Developer Guide, "Using Lambda with Amazon SQS". */
export const visibilityFactor = 6;

export interface QueueProps {
  readonly name: string;
  readonly key: kms.IKey;
  readonly timeout: Duration;
  /** How often a message may be received before the queue puts it aside. Default `maximumReceives`. */
  readonly receives?: number;
}

/** A function's queue, and the one where what it could not handle ends. */
export class FunctionQueue extends Construct {
  readonly queue: sqs.Queue;
  readonly deadLetters: sqs.Queue;

  constructor(scope: Construct, id: string, { name, key, timeout, receives = maximumReceives }: QueueProps) {
    super(scope, id);
    const common = { encryptionMasterKey: key, enforceSSL: true, retentionPeriod: Duration.days(14) };
    this.deadLetters = new sqs.Queue(this, 'DeadLetters', { ...common, queueName: `${name}-dead-letters` });
    this.queue = new sqs.Queue(this, 'Queue', {
      ...common,
      queueName: name,
      visibilityTimeout: Duration.seconds(timeout.toSeconds() * visibilityFactor),
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: receives },
    });
  }
}

/** The hub's bus and its archive: every event for 90 days, to be replayed whole. */
export class Bus extends Construct {
  readonly arn: string;
  readonly name: string;
  readonly #made: events.CfnEventBus;
  readonly #bus: events.IEventBus;

  constructor(scope: Construct, id: string, { name }: { readonly name: string }) {
    super(scope, id);
    this.name = name;
    this.#made = new events.CfnEventBus(this, 'Bus', { name, description: `CloudEvents of the ${name} hub` });
    this.arn = this.#made.attrArn;
    new events.CfnArchive(this, 'Archive', { sourceArn: this.arn, archiveName: name, retentionDays: 90 });
    this.#bus = events.EventBus.fromEventBusName(this, 'Named', name);
  }

  /** A rule that brings these events into that queue; what EventBridge cannot deliver for a day goes to the dead letters. */
  rule(id: string, pattern: EventPattern, { queue, deadLetters }: FunctionQueue): events.Rule {
    const rule = new events.Rule(this, id, {
      ruleName: `${this.name}-${id}`,
      eventBus: this.#bus,
      eventPattern: inCdksWords(pattern),
      targets: [
        new SqsQueue(queue, { deadLetterQueue: deadLetters, maxEventAge: Duration.hours(24), retryAttempts: 185 }),
      ],
    });
    rule.node.addDependency(this.#made);
    return rule;
  }
}

/** The contracts spell patterns as EventBridge does. */
function inCdksWords({ 'detail-type': detailType, detail }: EventPattern): events.EventPattern {
  return {
    ...(detailType === undefined ? {} : { detailType: detailType as string[] }),
    ...(detail === undefined ? {} : { detail: detail as Record<string, unknown> }),
  };
}
