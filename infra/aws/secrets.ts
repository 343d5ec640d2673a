import { Duration, Stack } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import type { HubFunction } from './hub-function.ts';

/** Names of secrets in AWS Secrets Manager, by the function that reads them. */
export type SecretNames = Readonly<Record<'ingress' | 'monitor' | 'cost', readonly string[]>>;

/** What of the packaged configuration names secrets. */
export interface NamesSecrets {
  readonly hooks?: unknown;
  readonly monitor?: { readonly metrics?: { readonly prometheus?: unknown } };
  readonly cost?: { readonly budgets?: unknown; readonly prices?: unknown; readonly bills?: unknown };
}

/** Alert hooks are ingress's, a Prometheus is asked by monitor, price lists, webhooks and signed bills by cost; undefined without any. Pure. */
export function secretNames({ hooks, monitor, cost }: NamesSecrets): SecretNames | undefined {
  const names = {
    ingress: namesIn(hooks),
    monitor: namesIn(monitor?.metrics?.prometheus),
    cost: namesIn([cost?.budgets, cost?.prices, cost?.bills]),
  };
  return Object.values(names).every(({ length }) => length === 0) ? undefined : names;
}

/** Most functions read none. */
export const namesFor = (fn: string, names: SecretNames | undefined): readonly string[] =>
  fn === 'ingress' || fn === 'monitor' || fn === 'cost' ? (names?.[fn] ?? []) : [];

/** Wherever the configuration says `{ secretsManager: name }`. */
function namesIn(value: unknown): readonly string[] {
  if (typeof value !== 'object' || value === null) return [];
  const found = Object.entries(value).flatMap(([key, each]) =>
    key === 'secretsManager' && typeof each === 'string' ? [each] : namesIn(each),
  );
  return [...new Set(found)].sort();
}

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
