import { Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import { AwsCustomResource, AwsCustomResourcePolicy, PhysicalResourceId } from 'aws-cdk-lib/custom-resources';
import { Construct } from 'constructs';
import { acknowledgeWildcard } from './acknowledge.ts';
import { aliasArn, documentsName, hubAlias, keysCalled, type Pair } from './pair.ts';

export interface ReplicatedDocumentsProps {
  readonly hub: string;
  /** Of this hub. */
  readonly key: kms.IKey;
  readonly other: Pair['other'];
}

/**
 * Documents go to the other hub's bucket too. They are named by their content, so both directions run at once. Set by a call, because
 * either bucket would have to stand before the other if their own resources said it.
 */
export class ReplicatedDocuments extends Construct {
  constructor(scope: Construct, id: string, { hub, key, other }: ReplicatedDocumentsProps) {
    super(scope, id);
    const stack = Stack.of(this);
    const bucket = documentsName(hub, stack.account, stack.region);
    const from = `arn:${stack.partition}:s3:::${bucket}`;
    const to = `arn:${stack.partition}:s3:::${documentsName(other.hub, stack.account, other.region)}`;
    const role = new iam.Role(this, 'Role', {
      description: 'Copies documents to the other hub',
      assumedBy: new iam.ServicePrincipal('s3.amazonaws.com'),
    });
    const theirs = keysCalled(this, { alias: hubAlias(other.hub), region: other.region, through: 's3' });
    const grants: readonly iam.PolicyStatementProps[] = [
      { sid: 'List', actions: ['s3:GetReplicationConfiguration', 's3:ListBucket'], resources: [from] },
      {
        sid: 'Read',
        actions: ['s3:GetObjectVersionForReplication', 's3:GetObjectVersionAcl'],
        resources: [`${from}/*`],
      },
      { sid: 'Write', actions: ['s3:ReplicateObject'], resources: [`${to}/*`] },
      { sid: 'Decrypt', actions: ['kms:Decrypt'], resources: [key.keyArn] },
      {
        sid: 'Encrypt',
        actions: ['kms:Encrypt', 'kms:GenerateDataKey'],
        resources: theirs.resources,
        conditions: theirs.conditions,
      },
    ];
    for (const grant of grants) role.addToPolicy(new iam.PolicyStatement(grant));
    const named = 'Documents are named by their content: nobody knows the names before.';
    acknowledgeWildcard(role, `${from}/*`, named);
    acknowledgeWildcard(role, `${to}/*`, named);
    for (const resource of theirs.resources) acknowledgeWildcard(role, resource, theirs.why);
    const replication = {
      Role: role.roleArn,
      Rules: [rule(to, aliasArn(stack, hubAlias(other.hub), other.region))],
    };
    const made = new AwsCustomResource(this, 'Replication', {
      resourceType: 'Custom::DocumentReplication',
      installLatestAwsSdk: false,
      onUpdate: {
        service: 'S3',
        action: 'putBucketReplication',
        parameters: { Bucket: bucket, ReplicationConfiguration: replication },
        physicalResourceId: PhysicalResourceId.of(`${hub}-document-replication`),
      },
      onDelete: { service: 'S3', action: 'deleteBucketReplication', parameters: { Bucket: bucket } },
      policy: AwsCustomResourcePolicy.fromStatements([
        new iam.PolicyStatement({
          sid: 'Replication',
          actions: ['s3:PutReplicationConfiguration'],
          resources: [from],
        }),
        new iam.PolicyStatement({
          sid: 'HandRole',
          actions: ['iam:PassRole'],
          resources: [role.roleArn],
          conditions: { StringEquals: { 'iam:PassedToService': 's3.amazonaws.com' } },
        }),
      ]),
    });
    // S3 tries the role out when it is told of it.
    made.node.addDependency(role);
  }
}

const rule = (to: string, key: string) => ({
  ID: 'to-the-other-hub',
  Status: 'Enabled',
  Priority: 1,
  Filter: { Prefix: '' },
  // A deletion here is a mistake or an attack until somebody has looked.
  DeleteMarkerReplication: { Status: 'Disabled' },
  SourceSelectionCriteria: { SseKmsEncryptedObjects: { Status: 'Enabled' } },
  Destination: {
    Bucket: to,
    EncryptionConfiguration: { ReplicaKmsKeyID: key },
    // The only time that S3 takes: 99.99 % within it. Most take seconds.
    Metrics: { Status: 'Enabled', EventThreshold: { Minutes: 15 } },
    ReplicationTime: { Status: 'Enabled', Time: { Minutes: 15 } },
  },
});
