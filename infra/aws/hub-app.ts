import type { App, Environment, Stack } from 'aws-cdk-lib';
import { StandbyGround } from './ground.ts';
import { HubStack } from './hub-stack.ts';
import type { HubOptions } from './options.ts';
import { sitesOf, type HubSite } from './pair.ts';
import { StandbyLink } from './standby-link.ts';

export interface HubAppProps {
  readonly options: HubOptions;
  readonly reconcileSeconds: number;
  /** Folder of the packaged functions: `dist/functions`. */
  readonly packages: string;
}

/**
 * The stacks of a hub. One, or with `hub.standby` three in each of two regions: the ground, the hub, and the link that needs both hubs.
 * `cdk deploy --all` takes them in the order that their dependencies say.
 * @throws Error when there is to be a standby and nobody said where the first hub is
 */
export function hubApp(app: App, { options, ...props }: HubAppProps): readonly Stack[] {
  const { account, region, standby, ...rest } = options;
  const envIn = (where: string | undefined): Environment => ({
    ...(account === undefined ? {} : { account }),
    ...(where === undefined ? {} : { region: where }),
  });
  if (standby === undefined) return [new HubStack(app, rest.name, { ...rest, ...props, env: envIn(region) })];
  if (region === undefined) throw new Error('hub.standby needs hub.region: name the region of the first hub');

  const sites = sitesOf(rest, region, standby);
  const grounds = sites.map(
    ({ hub, region: where }) => new StandbyGround(app, `${hub}-ground`, { hub: rest.name, env: envIn(where) }),
  );
  const hubOn = ({ hub, region: where, pair }: HubSite, index: number): HubStack => {
    const replicaKey = grounds[index]?.key;
    if (replicaKey === undefined) throw new Error(`no ground was made for ${hub}`);
    const made = new HubStack(app, hub, {
      ...rest,
      ...props,
      name: hub,
      side: { pair, replicaKey },
      env: envIn(where),
    });
    // The table's replica is encrypted with the key of the other region's ground.
    for (const ground of grounds) made.addStackDependency(ground);
    return made;
  };
  const hubs = sites.map(hubOn);
  const links = sites.map(({ hub, region: where, pair }, index) => {
    const own = hubs[index];
    if (own?.standby === undefined) throw new Error(`${hub} was made without what a standby needs`);
    const { storage, standby: functions } = own;
    const link = new StandbyLink(app, `${hub}-link`, {
      hub,
      pair,
      follower: functions.follower.lambda,
      key: storage.key,
      env: envIn(where),
    });
    for (const each of hubs) link.addStackDependency(each);
    return link;
  });
  return [...grounds, ...hubs, ...links];
}
