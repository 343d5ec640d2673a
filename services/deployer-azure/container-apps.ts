import type { ContainerApp } from '@azure/arm-appcontainers';
import type { Report } from '../../shared/contracts/deployment-reported.ts';
import { TargetNotFound, type ApplyCommand, type DeploymentKey } from '../../shared/ports/cloud-target.ts';
import type { AzureApi } from './azure-api.ts';
import { Busy, OperationFailed } from './errors.ts';
import { isSame, isStale, requireOurs } from './fence.ts';
import type { Ground } from './ground.ts';
import { normaliseRegion, resourceName } from './names.ts';
import { appDrift, observeApp } from './observe-app.ts';
import type { AppPlan } from './plan-app.ts';
import { absent, applied, removing, stale } from './report.ts';
import type { AzureSettings } from './settings.ts';
import { fromTags } from './tags.ts';

/**
 * Deployments as container apps. Azure keeps revisions, replicas and the address; the deployer writes one resource.
 * Calls to Azure: a first apply 3 (read, write, one look at the operation), a repeated one or an observe 2, or 3 while not ready.
 */
export function createContainerApps(api: AzureApi, settings: AzureSettings, ground: Ground) {
  const scheme = settings.endpointScheme ?? 'https';

  async function see(asked: DeploymentKey, app: ContainerApp): Promise<Report> {
    const { name = '', latestRevisionName: latest, provisioningState: state } = app;
    if (state === 'Deleting' || latest === undefined) return observeApp(asked, { app, scheme });
    const replicas = await api.apps.replicas(name, latest);
    const report = observeApp(asked, { app, replicas, scheme });
    if (report.phase === 'ready' || state === 'InProgress') return report;
    // Only the revision knows why an operation failed.
    return observeApp(asked, { app, replicas, revision: await api.apps.revision(name, latest), scheme });
  }

  async function settled(command: ApplyCommand, app: ContainerApp): Promise<Report> {
    const report = await see(command, app);
    return report.phase === 'ready' ? { ...report, reason: 'AlreadySo' } : report;
  }

  async function write(command: ApplyCommand, plan: AppPlan): Promise<Report> {
    const { region, name, body } = plan;
    await ground.environment(region);
    try {
      await ground.inGroup(() => api.apps.put(name, body));
    } catch (error) {
      return await afterRefusal(command, plan, error);
    }
    return applied(command, fromTags(body.tags), { resources: [appId(settings, name)] });
  }

  /** A twin of this command may have been quicker: then there is nothing to be sorry for. */
  async function afterRefusal(command: ApplyCommand, { name, region }: AppPlan, error: unknown): Promise<Report> {
    if (error instanceof TargetNotFound) ground.forget(region);
    if (!(error instanceof Busy) && !(error instanceof OperationFailed)) throw error;
    const app = await api.apps.get(name);
    if (app === undefined || !isSame(command, fromTags(app.tags))) throw error;
    return settled(command, app);
  }

  return {
    async apply(command: ApplyCommand, plan: AppPlan): Promise<Report> {
      const app = await api.apps.get(plan.name);
      if (app === undefined) return write(command, plan);
      const marks = fromTags(app.tags);
      requireOurs(command, marks, `container app ${plan.name}`);
      if (isStale(command, marks)) return stale(command, marks);
      if (app.provisioningState === 'Deleting') throw beingDeleted(plan.name);
      const broken = app.provisioningState === 'Failed' || app.provisioningState === 'Canceled';
      if (isSame(command, marks) && !broken && appDrift(app, marks).length === 0) return settled(command, app);
      return write(command, plan);
    },

    async observe(key: DeploymentKey): Promise<Report> {
      const app = await api.apps.get(resourceName(key));
      return app === undefined ? absent(key) : see(key, app);
    },

    async remove(key: DeploymentKey): Promise<Report> {
      const name = resourceName(key);
      const app = await api.apps.get(name);
      if (app === undefined) return absent(key);
      const marks = fromTags(app.tags);
      requireOurs(key, marks, `container app ${name}`);
      if (isStale(key, marks)) return stale(key, marks);
      if (app.provisioningState === 'Deleting') return removing(key, marks, [app.id]);
      const { done } = await api.apps.delete(name);
      return done ? absent(key) : removing(key, marks, [app.id]);
    },

    /** One page of apps after the other and no further call: whether replicas are ready is told by the revision as a whole. */
    async list(region: string): Promise<Report[]> {
      const apps = await api.apps.list();
      return apps.flatMap((app) => {
        const { identity, generation } = fromTags(app.tags);
        if (identity === undefined || normaliseRegion(app.location) !== region) return [];
        return [observeApp({ ...identity, generation: generation ?? 1 }, { app, scheme })];
      });
    },
  };
}

const appId = ({ subscription, resourceGroup }: AzureSettings, name: string): string =>
  `/subscriptions/${subscription}/resourceGroups/${resourceGroup}/providers/Microsoft.App/containerapps/${name}`;

const beingDeleted = (name: string): Busy =>
  new Busy(`container app ${name} is still being deleted; the command is tried again`, 10_000);
