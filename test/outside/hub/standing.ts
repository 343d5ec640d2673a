import { regions, withinJurisdiction } from '../../../shared/catalogue/index.ts';
import { stateOf } from '../../chaos/clouds-state.ts';
import { eventually, same, type Stage } from '../check.ts';
import type { Hub } from './hub.ts';
import { awsCli } from './stack.ts';
import type { User } from './user.ts';

export interface Deployment {
  readonly application: string;
  readonly service: string;
  readonly target: string;
  readonly generation: number;
  readonly wanted: boolean;
  readonly status: string;
  readonly replicas: { readonly desired: number; readonly ready: number };
}

export const deploymentsOf = async (user: User): Promise<readonly Deployment[]> =>
  (await user.read<{ readonly deployments: readonly Deployment[] }>('/v1/deployments?application=shop')).deployments;

const cloudOf = ({ target }: Pick<Deployment, 'target'>): string => target.split('/')[0] ?? '';
const distinct = (values: readonly string[]): readonly string[] => [...new Set(values)].sort();

/** What examples/shop.yaml asks for: three clouds in all, two for checkout, the European Union for accounts. */
export function placedAsAsked(deployments: readonly Deployment[]): void {
  const wanted = deployments.filter((each) => each.wanted);
  const of = (service: string) => wanted.filter((each) => each.service === service);
  same(
    distinct(wanted.map(({ service }) => service)),
    ['accounts', 'checkout', 'mailer', 'thumbnails', 'web'],
    'services',
  );
  same(distinct(wanted.map(cloudOf)).length >= 3, true, `clouds of ${wanted.map(cloudOf).join(', ')} are three`);
  same(distinct(of('checkout').map(cloudOf)).length >= 2, true, 'checkout stands on two clouds');
  for (const { target } of of('accounts')) {
    const [cloud, name] = target.split('/');
    const region = regions().find((each) => each.cloud === cloud && each.name === name);
    same(region !== undefined && withinJurisdiction(region, 'EU'), true, `${target} is in the European Union`);
  }
}

export function allReady(deployments: readonly Deployment[]): void {
  same(
    deployments.filter(({ wanted, status, replicas }) => wanted && (status !== 'ready' || replicas.ready < 1)),
    [],
    'deployments that are not ready',
  );
}

/** In the clouds stands what is wanted, in the generation that is wanted, and nothing besides. */
export async function nothingBesides(stage: Stage, hub: Hub, user: User): Promise<void> {
  await eventually(stage, 60, async () => {
    const wanted = (await deploymentsOf(user)).filter((each) => each.wanted);
    const { standing } = await stateOf(hub.foreign.sandbox.control);
    const line = ({ application, service, target, generation }: Omit<Deployment, 'wanted' | 'status' | 'replicas'>) =>
      `${application}/${service}/${target} ${generation}`;
    same(distinct(standing.map(line)), distinct(wanted.map(line)), 'what stands in the clouds');
  });
}

interface RecordSet {
  readonly Name: string;
  readonly Type: string;
  readonly SetIdentifier?: string;
  readonly Weight?: number;
  readonly ResourceRecords?: readonly { readonly Value: string }[];
}

/** What Route 53 answers for, as the `aws` tool sees it; without the zone's own records. */
export async function recordsOf(stage: Stage, { moto, zone }: Hub): Promise<readonly RecordSet[]> {
  const asked = ['route53', 'list-resource-record-sets', '--hosted-zone-id', zone.id];
  const { ResourceRecordSets } = await awsCli<{ readonly ResourceRecordSets: readonly RecordSet[] }>(
    stage,
    moto,
    ...asked,
  );
  return ResourceRecordSets.filter(({ Type }) => Type !== 'NS' && Type !== 'SOA');
}

/** Every service with a port has a weighted record for each place where it runs, and a worker has none. */
export function trafficOf(records: readonly RecordSet[], deployments: readonly Deployment[], zone: string): void {
  const weighted = records.filter(({ Weight = 0 }) => Weight > 0);
  const found = weighted.map(({ Name, SetIdentifier }) => `${Name.split('.')[0]} ${SetIdentifier}`).sort();
  const wanted = deployments.filter((each) => each.wanted && each.service !== 'mailer');
  same(found, wanted.map(({ service, target }) => `${service} ${target}`).sort(), 'weighted records');
  same(
    weighted.filter(({ Name }) => !Name.endsWith(`.shop.${zone}.`)),
    [],
    'records under other names',
  );
  const shares = new Map<string, number>();
  for (const { Name, Weight = 0 } of weighted) shares.set(Name, (shares.get(Name) ?? 0) + Weight);
  same(
    [...shares].filter(([, sum]) => sum !== 100),
    [],
    'services whose weights do not add up to 100',
  );
}
