import { createAzureApi, createTarget, type AzureSettings } from '../../services/deployer-azure/index.ts';
import { resourceName } from '../../services/deployer-azure/names.ts';
import { specHashTag } from '../../services/deployer-azure/tags.ts';
import { defaultSubscription } from '../../sandbox/azure/index.ts';
import { appPath, resourcesVersion, appVersion, startManual } from '../../sandbox/azure/testing/start.ts';
import type { DeploymentKey } from '../../shared/ports/cloud-target.ts';
import { describeDeployer, type DeployerUnderTest, type Meddling } from './deployer.suite.ts';

const group = `/subscriptions/${defaultSubscription}/resourceGroups/shop`;

/** Azure on a clock that the suite moves, with resource group and environment as infrastructure code would leave them. */
async function create(): Promise<DeployerUnderTest> {
  const sandbox = await startManual({ pageSize: 5 });
  const settings: AzureSettings = {
    subscription: defaultSubscription,
    resourceGroup: 'shop',
    regions: ['westeurope'],
    keyVaultUrl: 'https://shop.vault.azure.net',
    identity: `${group}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/reader`,
    endpoint: sandbox.arm,
    ca: sandbox.ca,
    client: { retryDelayMs: 1 },
  };
  const credential = {
    getToken: () => Promise.resolve({ token: sandbox.token, expiresOnTimestamp: Date.now() + 3_600_000 }),
  };
  const settle = () => sandbox.clock.advance(20_000);
  await sandbox.call('PUT', `${group}?${resourcesVersion}`, { location: 'westeurope' });
  await sandbox.call(
    'PUT',
    `${group}/providers/Microsoft.App/managedEnvironments/homeostasis-westeurope?${appVersion}`,
    {
      location: 'westeurope',
      properties: { workloadProfiles: [{ name: 'Consumption', workloadProfileType: 'Consumption' }] },
    },
  );
  await settle();

  async function meddle(key: DeploymentKey, how: Meddling): Promise<void> {
    const path = appPath(resourceName(key));
    const { body } = await sandbox.call('GET', path);
    const tags = body['tags'];
    const containers = body['properties']?.['template']?.['containers'];
    const template = (replicas: number) => ({
      containers: plain(containers),
      scale: { minReplicas: replicas, maxReplicas: replicas },
    });
    switch (how.kind) {
      case 'scale':
        await sandbox.call('PATCH', path, { properties: { template: template(how.replicas) } });
        break;
      case 'retag':
        await sandbox.call('PATCH', path, { tags: { ...(tags as object), [specHashTag]: how.specHash } });
        break;
      case 'delete':
        await sandbox.call('DELETE', path);
        break;
    }
    // A change of one's own is over before anybody looks.
    await settle();
  }

  return {
    target: createTarget(createAzureApi(settings, credential), settings),
    settle,
    fault: (fault) => void sandbox.faults.add({ ...fault, cloud: 'azure' }),
    clearFaults: () => sandbox.faults.clear(),
    resources: () => sandbox.face.resources(),
    groundTypes: ['Microsoft.App/managedEnvironments', 'Microsoft.Resources/resourceGroups'],
    targetId: 'azure/westeurope/container-apps',
    workerTargetId: 'azure/westeurope/container-instances',
    tcpTargetId: 'azure/westeurope/container-instances',
    meddle,
    close: async () => {
      await sandbox.face.close();
      await sandbox.context.workloads.close();
    },
  };
}

/** What a read shows and a write may not say. */
function plain(containers: unknown): unknown {
  return JSON.parse(JSON.stringify(containers), (key, value: unknown) =>
    key === 'ephemeralStorage' ? undefined : value,
  ) as unknown;
}

describeDeployer('azure', create);
