import type { Report } from '../../shared/contracts/deployment-reported.ts';
import { deploymentId } from '../../shared/contracts/values.ts';
import { covers, parseTarget } from '../../shared/domain/target.ts';
import {
  CapacityExhausted,
  CloudUnreachable,
  Throttled,
  type ApplyCommand,
  type CloudTarget,
  type DeploymentKey,
} from '../../shared/ports/cloud-target.ts';
import type { Random } from './random.ts';

/** What stands in a cloud: the deployer's truth. */
export interface Resource {
  readonly key: DeploymentKey;
  generation: number;
  specHash: string;
  replicas: number;
  image: string;
  routed: boolean;
  readyAt: number;
  goneAt?: number;
}

export interface Faults {
  /** Regions that do not answer. */
  readonly down: Set<string>;
  /** Scopes that take nothing new. */
  readonly noCapacity: Set<string>;
  throttle: number;
  unanswered: number;
  /** The call is carried out, and the answer lost. */
  lostAnswer: number;
}

/** An image that never becomes ready. */
export const brokenImage = 'registry.example/broken:1';

/**
 * All clouds at once, as far as a deployer shows them: takes time, fences generations, fails as told. It keeps the CloudTarget
 * contract (test/contract/deployer.suite.ts holds the real ones to it).
 */
export class SimulatedClouds implements CloudTarget {
  readonly resources = new Map<string, Resource>();
  readonly faults: Faults = { down: new Set(), noCapacity: new Set(), throttle: 0, unanswered: 0, lostAnswer: 0 };
  readonly #now: () => number;
  readonly #random: Random;
  readonly #watch: CloudWatcher;

  constructor(now: () => number, random: Random, watch: CloudWatcher) {
    this.#now = now;
    this.#random = random;
    this.#watch = watch;
  }

  async apply(command: ApplyCommand): Promise<Report> {
    this.#call(command.target);
    const id = deploymentId(command);
    const standing = this.#standing(id);
    if (standing !== undefined && standing.generation > command.generation) return stale(command, standing);
    if (standing === undefined && [...this.faults.noCapacity].some((scope) => covers(scope, command.target))) {
      throw new CapacityExhausted(`no room in ${command.target}`);
    }
    if (!isSame(standing, command)) this.#put(command, standing?.generation ?? 0);
    this.#answer();
    return this.#report(command, this.#standing(id));
  }

  #put(command: ApplyCommand, before: number): void {
    const { specHash, workload, generation } = command;
    this.resources.set(deploymentId(command), {
      key: identity(command),
      generation,
      specHash,
      replicas: workload.replicas,
      image: workload.image,
      routed: workload.ports.length > 0,
      readyAt: workload.image === brokenImage ? Infinity : this.#now() + 200 + this.#random.below(8000),
    });
    this.#watch.applied(command, before);
  }

  async observe(of: DeploymentKey): Promise<Report> {
    this.#call(of.target);
    return this.#report(of, this.#standing(deploymentId(of)));
  }

  async remove(of: DeploymentKey): Promise<Report> {
    this.#call(of.target);
    const standing = this.#standing(deploymentId(of));
    if (standing !== undefined && standing.generation > of.generation) return stale(of, standing);
    if (standing !== undefined && standing.goneAt === undefined) {
      this.#watch.removing(of);
      standing.goneAt = this.#now() + this.#random.below(4000);
    }
    this.#answer();
    return this.#report(of, this.#standing(deploymentId(of)));
  }

  async list(region: string): Promise<readonly Report[]> {
    this.#call(region);
    const found = this.all().filter(({ key }) => parseTarget(key.target).region === region);
    return found.map((each) => this.#report(each.key, each));
  }

  /** What stands now; what has finished going is gone. */
  all(): Resource[] {
    for (const id of [...this.resources.keys()]) this.#standing(id);
    return [...this.resources.values()];
  }

  #standing(id: string): Resource | undefined {
    const found = this.resources.get(id);
    if (found?.goneAt !== undefined && found.goneAt <= this.#now()) {
      this.resources.delete(id);
      return undefined;
    }
    return found;
  }

  /** @param place a target, or a region: no two clouds have one of the same name */
  #call(place: string): void {
    const { down, throttle, unanswered } = this.faults;
    if ([...down].some((scope) => covers(scope, place) || scope.endsWith(`/${place}`)))
      throw new CloudUnreachable(`${place} does not answer`);
    if (this.#random.chance(throttle)) throw new Throttled('slow down', 500);
    if (this.#random.chance(unanswered)) throw new CloudUnreachable(`${place} did not answer`);
  }

  #answer(): void {
    if (this.#random.chance(this.faults.lostAnswer)) throw new CloudUnreachable('the answer was lost');
  }

  #report(of: DeploymentKey, standing: Resource | undefined): Report {
    const base = { application: of.application, service: of.service, target: of.target };
    if (standing === undefined) {
      const replicas = { desired: 0, ready: 0 };
      return {
        ...base,
        generation: of.generation,
        phase: 'absent',
        reason: 'NotFound',
        message: 'nothing stands here',
        replicas,
      };
    }
    const ready = standing.readyAt <= this.#now();
    const found = standing.goneAt !== undefined ? 'removing' : ready ? 'ready' : 'progressing';
    return {
      ...base,
      generation: standing.generation,
      phase: found,
      reason: 'Observed',
      message: `generation ${standing.generation}`,
      replicas: { desired: standing.replicas, ready: ready ? standing.replicas : 0 },
      specHash: standing.specHash,
      ...(ready && standing.routed ? { endpoint: `http://${of.service}.${of.target.replaceAll('/', '-')}` } : {}),
    };
  }
}

export interface CloudWatcher {
  /** @param before generation of what stood there; 0 when nothing did. */
  applied(command: ApplyCommand, before: number): void;
  removing(of: DeploymentKey): void;
}

function isSame(standing: Resource | undefined, { specHash, generation, workload }: ApplyCommand): boolean {
  return (
    standing?.specHash === specHash && standing.generation === generation && standing.replicas === workload.replicas
  );
}

function stale(of: DeploymentKey, { generation, replicas }: Resource): Report {
  return {
    ...identity(of),
    phase: 'stale',
    reason: 'StaleGeneration',
    standing: generation,
    message: `generation ${generation} stands`,
    replicas: { desired: replicas, ready: 0 },
  };
}

function identity({ application, service, target, generation }: DeploymentKey): DeploymentKey {
  return { application, service, target, generation };
}
