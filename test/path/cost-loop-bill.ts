import { DescribeServicesCommand, DescribeTaskDefinitionCommand, ECSClient } from '@aws-sdk/client-ecs';
import { HOURS_PER_MONTH, isMissing, monthlyCompute, offering, type Size } from '../../shared/catalogue/index.ts';
import type { FocusRow } from '../contract/focus-rows.ts';
import type { Stood } from './cost-loop-clouds.ts';

/** A bill as the cloud would write it: the minutes that stood there, in the size it has of them, at its prices. */

export const target = 'aws/eu-west-1/fargate';
const region = 'eu-west-1';

/** Sizes of deployments, asked of the cloud itself. */
export interface Sizes {
  /** Remembers those of what stands now: a cloud forgets old deployments. */
  look(): Promise<void>;
  of(deployment: string): Size;
}

/** @param workloads what the sandbox runs: `aws/eu-west-1/ecs/<cluster>/<application>-<service>-<digest>` */
export function sizesIn(endpoint: string, workloads: () => readonly string[]): Sizes {
  const credentials = { accessKeyId: 'sandbox', secretAccessKey: 'sandbox' };
  const ecs = new ECSClient({ region, endpoint, credentials });
  const known = new Map<string, Size>();
  return {
    async look() {
      const names = workloads().map((id) => id.split('/').slice(-2));
      const [cluster] = names.flatMap(([first]) => first ?? []);
      const services = names.flatMap(([, name]) => name ?? []);
      const described = await ecs.send(new DescribeServicesCommand({ cluster, services }));
      for (const { id, taskDefinition } of described.services?.flatMap(({ deployments = [] }) => deployments) ?? []) {
        const defined = await ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition }));
        const { cpu, memory } = defined.taskDefinition ?? {};
        known.set(id ?? '', { cpuMillicores: (Number(cpu) / 1024) * 1000, memoryMib: Number(memory) });
      }
    },
    of(deployment) {
      const size = known.get(deployment);
      if (size === undefined) throw new Error(`nobody looked at ${deployment} while it stood`);
      return size;
    },
  };
}

interface Charge {
  readonly day: string;
  readonly application: string;
  readonly service: string;
  readonly item: string;
  readonly micros: number;
}

/** `vCPU` and `memory` of each day and service. Whole days only: the one that is under way is in the next bill. */
export function chargesOf(stood: readonly Stood[], sizes: Sizes, upTo: string): readonly Charge[] {
  const place = offering(target);
  if (place === undefined) throw new Error(`the catalogue has no ${target}`);
  return stood
    .filter(({ day }) => day < upTo)
    .flatMap(({ workload, revision, day, minutes }) => {
      const month = monthlyCompute(place, sizes.of(revision), minutes / 60 / HOURS_PER_MONTH);
      if (isMissing(month)) throw new Error(month.missing.join(', '));
      const [application = '', service = ''] = namesOf(workload);
      return month.parts.map(({ item, micros }) => ({ day, application, service, item, micros }));
    });
}

function namesOf(workload: string): readonly string[] {
  return /\/([a-z]+)-([a-z]+)-[0-9a-f]{12}(-express)?$/.exec(workload)?.slice(1) ?? [];
}

/** A contract with a minimum, which is what the application cost at most: whatever it uses less is charged none the less. */
export function minimumOf(charges: readonly Charge[], application: string): readonly Charge[] {
  const days = Map.groupBy(
    charges.filter((each) => each.application === application),
    ({ day }) => day,
  );
  const sums = [...days].map(([day, own]) => ({ day, own, micros: sumOf(own) }));
  const minimum = Math.max(...sums.map(({ micros }) => micros));
  return sums.flatMap(({ day, own, micros }) => {
    const [first] = own;
    return first === undefined || micros === minimum
      ? []
      : [{ ...first, day, item: 'up to the minimum of the contract', micros: minimum - micros }];
  });
}

export const sumOf = (charges: readonly Charge[]): number => charges.reduce((sum, { micros }) => sum + micros, 0);

export function rowsOf(charges: readonly Charge[]): readonly FocusRow[] {
  return charges.map(({ day, application, service, item, micros }) => {
    const cost = (micros / 1e6).toFixed(6);
    const [month, next] = [monthOf(day, 0), monthOf(day, 1)];
    return {
      ...{ BilledCost: cost, ListCost: cost, EffectiveCost: cost, ContractedCost: cost },
      ...{ ChargePeriodStart: `${day}T00:00:00Z`, ChargePeriodEnd: `${dayAfter(day)}T00:00:00Z` },
      ...{ BillingPeriodStart: month, BillingPeriodEnd: next },
      ...{ SkuId: item, ChargeDescription: item, ResourceId: `${application}-${service}` },
      Tags: JSON.stringify({ 'homeostasis:application': application, 'homeostasis:service': service }),
    };
  });
}

function monthOf(day: string, later: number): string {
  const [year = 0, month = 1] = day.split('-').map(Number);
  return new Date(Date.UTC(year, month - 1 + later, 1)).toISOString();
}

const dayAfter = (day: string): string => new Date(Date.parse(day) + 86_400_000).toISOString().slice(0, 10);
