import { Stack, type StackProps } from 'aws-cdk-lib';
import { EventSourceMapping, StartingPosition, type IFunction } from 'aws-cdk-lib/aws-lambda';
import type * as kms from 'aws-cdk-lib/aws-kms';
import {
  AwsCustomResource,
  AwsCustomResourcePolicy,
  PhysicalResourceId,
  type AwsSdkCall,
} from 'aws-cdk-lib/custom-resources';
import type { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';
import { tableArn, type Pair } from './pair.ts';
import { ReplicatedDocuments } from './standby-documents.ts';

export interface StandbyLinkProps extends StackProps {
  readonly hub: string;
  readonly pair: Pair;
  readonly follower: IFunction;
  readonly key: kms.IKey;
}

/**
 * What needs both hubs: this region's follower reads the other table's replica here, and documents go there. Deployed to both regions,
 * after both hubs.
 */
export class StandbyLink extends Stack {
  constructor(scope: Construct, id: string, { hub, pair, follower, key, ...props }: StandbyLinkProps) {
    super(scope, id, props);
    const { other } = pair;
    const replica = tableArn(this, other.hub);
    // CloudFormation tells the stream of the table in the region that it was made in, and of no replica.
    const look: AwsSdkCall = {
      service: 'DynamoDB',
      action: 'describeTable',
      parameters: { TableName: other.hub },
      outputPaths: ['Table.LatestStreamArn'],
      physicalResourceId: PhysicalResourceId.fromResponse('Table.LatestStreamArn'),
    };
    const stream = new AwsCustomResource(this, 'ReplicaStream', {
      resourceType: 'Custom::ReplicaStream',
      installLatestAwsSdk: false,
      onCreate: look,
      onUpdate: look,
      policy: AwsCustomResourcePolicy.fromSdkCalls({ resources: [replica] }),
    });
    new EventSourceMapping(this, 'Follow', {
      target: follower,
      eventSourceArn: stream.getResponseField('Table.LatestStreamArn'),
      // From as far back as the stream reaches: what is older, the resynchronisation brings.
      startingPosition: StartingPosition.TRIM_HORIZON,
      batchSize: 100,
      reportBatchItemFailures: true,
      bisectBatchOnError: true,
      // Tried until the stream forgets it, a day: to skip one change would be to lose it.
    });
    new ReplicatedDocuments(this, 'Documents', { hub, key, other });
    this.#acknowledgeCaller();
  }

  /** The CDK's own function, which makes both calls while the stack is deployed. */
  #acknowledgeCaller(): void {
    const why = 'The CDK makes this function for the two calls of the deployment; it has no event source.';
    const at = this.node.children.filter(({ node }) => node.id.startsWith('AWS'));
    for (const each of at) {
      acknowledge(each, 'AwsSolutions-L1', `${why} Its runtime is the CDK's choice.`);
      acknowledge(
        each,
        'AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole]',
        `${why} It writes a log, and the policy lets it.`,
      );
    }
  }
}
