import { Stack } from 'aws-cdk-lib';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type { IConstruct } from 'constructs';
import type { HubOptions, StandbyOptions } from './options.ts';

/** Of the hub in the second region: roles and replicas share one namespace with those of the first. */
export const standbyName = (hub: string): string => `${hub}-standby`;
/** The same name in both regions; two tables. */
export const leaseTable = (hub: string): string => `${hub}-lease`;
/** Of the key in each region that stands before either hub. */
export const replicaAlias = (hub: string): string => `alias/${hub}-replica`;
export const hubAlias = (hub: string): string => `alias/${hub}-hub`;
/** Known before the other hub stands: replication names it. Bucket names are the whole world's, so the account is in it. */
export const documentsName = (hub: string, account: string, region: string): string => `${hub}-${account}-${region}`;

/** What one of two hubs knows of the other: docs/adr/0013-hub-region-loss.md. */
export interface Pair {
  /** Name that both go by: `hub.name`. */
  readonly shared: string;
  /** Begins where no hub ever ran; takes nothing back by itself later. */
  readonly preferred: boolean;
  readonly other: { readonly hub: string; readonly region: string };
  readonly witness: StandbyOptions['witness'];
  /** What people call; it follows the lease. */
  readonly name?: string;
}

export interface HubSite {
  readonly hub: string;
  readonly region: string;
  readonly pair: Pair;
}

/** The two hubs, the preferred one first. Pure. */
export function sitesOf(
  { name: shared }: Pick<HubOptions, 'name'>,
  region: string,
  { region: second, witness, name }: StandbyOptions,
): readonly [HubSite, HubSite] {
  const [first, other] = [
    { hub: shared, region },
    { hub: standbyName(shared), region: second },
  ];
  const pair = { shared, witness, ...(name === undefined ? {} : { name }) };
  return [
    { ...first, pair: { ...pair, preferred: true, other } },
    { ...other, pair: { ...pair, preferred: false, other: first } },
  ];
}

/** Of a table that another stack, maybe in another region, makes under this name. */
export function tableArn(at: IConstruct, name: string, region?: string): string {
  const { partition, account, region: here } = Stack.of(at);
  return `arn:${partition}:dynamodb:${region ?? here}:${account}:table/${name}`;
}

/** By which replication names a key of the other region; not good for IAM. */
export const aliasArn = ({ partition, account }: Stack, alias: string, region: string): string =>
  `arn:${partition}:kms:${region}:${account}:${alias}`;

/** A key whose ARN cannot be known here is granted by its alias, and through one service of its region alone. */
export function keysCalled(
  at: IConstruct,
  { alias, region, through }: { readonly alias: string; readonly region: string; readonly through: 'dynamodb' | 's3' },
) {
  const { partition, account } = Stack.of(at);
  return {
    resources: [`arn:${partition}:kms:${region}:${account}:key/*`],
    conditions: {
      'ForAnyValue:StringEquals': { 'kms:ResourceAliases': [alias] },
      StringEquals: { 'kms:ViaService': `${through}.${region}.amazonaws.com` },
    },
    why: `A key of the other region has its id when it is made; the alias ${alias} binds it.`,
  };
}

/** Of this region's replica key, whose ARN is known. */
export const throughDynamo = (key: kms.IKey) => ({
  resources: [key.keyArn],
  conditions: { StringEquals: { 'kms:ViaService': `dynamodb.${Stack.of(key).region}.amazonaws.com` } },
});
