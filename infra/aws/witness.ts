import type { HubFunction } from './hub-function.ts';
import type { RemoteDeployers } from './options.ts';
import type { Pair } from './pair.ts';

/** Tokens of AWS for these audiences, which the other clouds exchange for their own. */
export function mayIdentify(fn: HubFunction, audiences: readonly string[]): void {
  fn.allow({
    sid: 'Identify',
    actions: ['sts:GetWebIdentityToken'],
    resources: ['*'],
    conditions: { 'ForAllValues:StringEquals': { 'sts:IdentityTokenAudience': [...audiences] } },
    why: 'A token is asked for, not a resource; what it is good for is its audience, which is bound.',
  });
}

export const audienceOf = (cloud: 'azure' | 'gcp', { gcp }: RemoteDeployers): string =>
  cloud === 'azure' ? 'api://AzureADTokenExchange' : (gcp?.provider ?? '');

/** Reads and writes the lease, and keeps accepted events, in another cloud. */
export function useWitness(fn: HubFunction, { witness }: Pick<Pair, 'witness'>, remote: RemoteDeployers): void {
  const { cloud } = witness;
  fn.lambda.addEnvironment('HOMEOSTASIS_WITNESS', JSON.stringify(witness));
  // Signed in as the relay is there, or as what the witness names; of no other cloud.
  fn.lambda.addEnvironment('HOMEOSTASIS_RELAY', JSON.stringify({ [cloud]: remote[cloud] }));
  mayIdentify(fn, [audienceOf(cloud, remote)]);
}
