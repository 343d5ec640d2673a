import { deploymentId } from '../../../shared/contracts/values.ts';
import type { DeploymentKey } from '../../../shared/ports/cloud-target.ts';
import type { Split } from '../../../shared/ports/traffic-router.ts';
import { failingBackPrefix, recoveringPrefix, recoveryPrefix } from '../../../services/dr/keys.ts';
import type { RecoveryRecord } from '../../../services/dr/record.ts';
import type { Resource } from '../cloud.ts';
import { Watch } from '../invariants.ts';
import type { World } from '../world.ts';

/** What must hold of recoveries, besides what must always hold. */
export class RecoveryWatch extends Watch {
  /** Set once, when there is one. */
  world: World | undefined;
  /** Regions where everything was lost, for good: nobody can know, until they answer. */
  readonly burnt = new Set<string>();
  readonly #ready = new Set<string>();
  readonly #said = new Set<string>();

  /** Nothing is deleted on suspicion: what is ready goes only when something else of its service is ready. */
  override removing(of: DeploymentKey): void {
    super.removing(of);
    if (!always.has(of.service)) return;
    const all = this.#readyOf(of);
    const others = all.filter(({ key }) => key.target !== of.target);
    if (this.burnt.size === 0 && all.length > 0 && others.length === 0)
      this.say(`${deploymentId(of)}: the last that was ready is removed`);
  }

  /** A split is no second outage: it sends to something that was made ready, reachable or not. */
  override routed(split: Split): void {
    super.routed(split);
    const served = split.routes.filter(({ weight }) => weight > 0).map(({ target }) => target);
    if (served.length === 0 || this.burnt.size > 0) return;
    const ready = this.#readyOf(split).map(({ key }) => key.target);
    if (!served.some((target) => ready.includes(target)))
      this.say(`${split.application}/${split.service}: traffic goes to ${served.join(', ')}, where nothing is ready`);
  }

  #readyOf({ application, service }: Pick<DeploymentKey, 'application' | 'service'>): readonly Resource[] {
    const { clouds, now } = this.world ?? nowhere();
    return clouds
      .all()
      .filter(({ key }) => key.application === application && key.service === service)
      .filter(({ key, readyAt, goneAt }) => goneAt === undefined && (readyAt <= now() || this.#wasReady(key)));
  }

  /** What is replaced in its place serves all the while. */
  #wasReady(of: DeploymentKey): boolean {
    return this.#ready.has(deploymentId(of));
  }

  #note(): void {
    const { clouds, now } = this.world ?? nowhere();
    const all = clouds.all();
    const standing = new Set(all.map(({ key }) => deploymentId(key)));
    for (const id of this.#ready) if (!standing.has(id)) this.#ready.delete(id);
    for (const { key, readyAt } of all) if (readyAt <= now()) this.#ready.add(deploymentId(key));
  }

  /** At most one recovery waits for a service. */
  async stepped(): Promise<void> {
    this.#note();
    const { records } = (this.world ?? nowhere()).runtime;
    const { items } = await records.list(recoveringPrefix, { limit: 1000 });
    const seen = new Map<string, string>();
    for (const { key } of items) {
      const [recovery = '', ...name] = key.slice(recoveringPrefix.length).split('/');
      const service = name.join('/');
      const other = seen.get(service);
      if (other !== undefined) this.say(`${service} is in two recoveries: ${other} and ${recovery}`);
      seen.set(service, recovery);
    }
  }

  say(violation: string): void {
    if (this.#said.has(violation)) return;
    this.#said.add(violation);
    this.violations.push(violation);
  }
}

/** Services that every version of the application has. */
const always = new Set(['web', 'cart']);

function nowhere(): never {
  throw new Error('the watch was not told of its world');
}

const ended: readonly RecoveryRecord['state'][] = ['completed', 'aborted'];

/** Once everything has come to rest: every recovery is over, and what it noted for its own use is gone. */
export async function openEnds({ runtime: { records } }: World): Promise<string[]> {
  const recoveries = (await records.list<RecoveryRecord>(recoveryPrefix, { limit: 1000 })).items;
  const open = recoveries.filter(({ value }) => !ended.includes(value.state));
  const found = open.map(({ value }) => `${value.recovery} (${value.trigger}) is ${value.state} for ever`);
  for (const prefix of [recoveringPrefix, failingBackPrefix, 'alert-hold/']) {
    const { items } = await records.list(prefix, { limit: 1000 });
    found.push(...items.map(({ key }) => `${key} is left`));
  }
  return found;
}
