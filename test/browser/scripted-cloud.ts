import type { Report } from '../../shared/contracts/deployment-reported.ts';
import { regionScope } from '../../shared/domain/target.ts';
import {
  CloudUnreachable,
  type ApplyCommand,
  type CloudTarget,
  type DeploymentKey,
} from '../../shared/ports/cloud-target.ts';

/** What the test wants the clouds to do next. */
export interface Script {
  /** Services that stay `progressing` until they are taken out of the set. */
  readonly held: Set<string>;
  /** Services that run degraded, each with what the cloud says of it. */
  readonly degraded: Map<string, string>;
  /** Services whose endpoint is something else than it should be. */
  readonly endpoints: Map<string, string>;
  /** `cloud/region` scopes that do not answer. */
  readonly down: Set<string>;
}

export const emptyScript = (): Script => ({
  held: new Set(),
  degraded: new Map(),
  endpoints: new Map(),
  down: new Set(),
});

/** A cloud in memory that follows a script: the console needs states to show, not containers. */
export function scriptedCloud(script: Script): CloudTarget {
  const standing = new Map<string, ApplyCommand>();
  const look = (of: DeploymentKey): Report => {
    if (script.down.has(regionScope(of.target))) {
      throw new CloudUnreachable(`${regionScope(of.target)} does not answer`);
    }
    const command = standing.get(keyOf(of));
    return command === undefined ? absent(of) : report(command, script);
  };
  return {
    apply: async (command) => {
      const key = keyOf(command);
      const before = standing.get(key);
      if (before === undefined || before.generation <= command.generation) standing.set(key, command);
      return Promise.resolve(look(command));
    },
    observe: async (of) => Promise.resolve(look(of)),
    remove: async (of) => {
      look(of);
      standing.delete(keyOf(of));
      return Promise.resolve(absent(of));
    },
    list: async (region) =>
      Promise.resolve([...standing.values()].filter(({ target }) => target.includes(region)).map(look)),
  };
}

const keyOf = ({ application, service, target }: DeploymentKey): string => `${application}/${service}/${target}`;

function identityOf({ application, service, target, generation }: DeploymentKey): DeploymentKey {
  return { application, service, target, generation };
}

function absent(of: DeploymentKey): Report {
  const replicas = { desired: 0, ready: 0 };
  return { ...identityOf(of), phase: 'absent', reason: 'NotFound', message: 'nothing of ours stands there', replicas };
}

function report(command: ApplyCommand, { held, degraded, endpoints }: Script): Report {
  const { service, target, workload, specHash } = command;
  const desired = workload.replicas;
  const common = { ...identityOf(command), specHash };
  if (held.has(service)) {
    const message = 'waiting for capacity';
    return { ...common, phase: 'progressing', reason: 'Provisioning', message, replicas: { desired, ready: 0 } };
  }
  const address = endpoints.get(service) ?? `https://${service}.${target.replaceAll('/', '.')}.test`;
  const endpoint = workload.ports.length > 0 ? { endpoint: address } : {};
  const trouble = degraded.get(service);
  if (trouble !== undefined) {
    const replicas = { desired, ready: Math.max(0, desired - 1) };
    return { ...common, ...endpoint, phase: 'degraded', reason: 'Unhealthy', message: trouble, replicas };
  }
  const replicas = { desired, ready: desired };
  return {
    ...common,
    ...endpoint,
    phase: 'ready',
    reason: 'Observed',
    message: `${desired} of ${desired} run`,
    replicas,
  };
}
