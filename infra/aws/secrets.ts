import { Duration, Stack } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import type { HubFunction } from './hub-function.ts';

/** AWS's own extension, beside the functions that read a secret alone: it costs a part of their start. */
export const secretsExtension = (): lambda.ParamsAndSecretsLayerVersion =>
  lambda.ParamsAndSecretsLayerVersion.fromVersion(lambda.ParamsAndSecretsVersions.V1_0_103, {
    // A changed secret is in force within a minute or so, an absent Secrets Manager told of while the caller still waits.
    secretsManagerTtl: Duration.seconds(30),
    secretsManagerTimeout: Duration.seconds(3),
    logLevel: lambda.ParamsAndSecretsLogLevel.WARN,
  });

/** Exactly these, of this account and region: an ARN ends with six characters that Secrets Manager draws. */
export function mayReadSecrets(fn: HubFunction, names: readonly string[]): void {
  if (names.length === 0) return;
  const { partition, region, account } = Stack.of(fn);
  fn.allow({
    sid: 'Secrets',
    actions: ['secretsmanager:GetSecretValue'],
    resources: names.map((name) => `arn:${partition}:secretsmanager:${region}:${account}:secret:${name}-??????`),
  });
}
