import { openBed, type Clients, type Transport } from '../../sandbox/gcp/test-bed.ts';
import { createApi, createTarget, type GcpSettings } from '../../services/deployer-gcp/index.ts';
import { resourceId } from '../../services/deployer-gcp/names.ts';
import { labelKeys } from '../../services/deployer-gcp/tags.ts';
import type { DeploymentKey } from '../../shared/ports/cloud-target.ts';
import { describeDeployer, type DeployerUnderTest, type Meddling } from './deployer.suite.ts';

const targetId = 'gcp/europe-west1/cloud-run';
const parent = 'projects/demo-project/locations/europe-west1';

/** Longer than provisioning and deletion take in the sandbox, shorter than a startup probe gives up. */
const settleMs = 5_000;

async function create(transport: Transport): Promise<DeployerUnderTest> {
  const bed = await openBed();
  const settings: GcpSettings = {
    project: 'demo-project',
    transport,
    endpoint: bed.face.endpoints[transport === 'rest' ? 'run' : 'runGrpc'] ?? '',
    // The suite's images live where Cloud Run does not pull from.
    remoteRepositories: { 'ghcr.io': 'europe-docker.pkg.dev/demo-project/ghcr' },
    retryDelayMs: 0,
  };
  const api = createApi(settings);
  const somebodyElse = bed.clients(transport);
  return {
    target: createTarget(api, settings),
    settle: () => bed.clock.advance(settleMs),
    fault: (fault) => void bed.faults.add({ ...fault, cloud: 'gcp' }),
    clearFaults: () => bed.faults.clear(),
    resources: () => bed.face.resources(),
    groundTypes: [],
    targetId,
    meddle: (key, how) => meddle(somebodyElse, key, how),
    async close() {
      await api.close();
      await bed.close();
    },
  };
}

async function meddle({ services }: Clients, key: DeploymentKey, how: Meddling): Promise<void> {
  const name = `${parent}/services/${resourceId(key)}`;
  switch (how.kind) {
    case 'delete':
      await services.deleteService({ name });
      return;
    case 'scale': {
      const scaling = { scalingMode: 'MANUAL' as const, manualInstanceCount: how.replicas };
      await services.updateService({ service: { name, scaling }, updateMask: { paths: ['scaling'] } });
      return;
    }
    case 'retag': {
      const [service] = await services.getService({ name });
      const labels = { ...service.labels, [labelKeys.specHash]: how.specHash };
      await services.updateService({ service: { name, labels }, updateMask: { paths: ['labels'] } });
    }
  }
}

// Cloud Run serves HTTP and gRPC only.
for (const transport of ['rest', 'grpc'] as const) {
  describeDeployer(`gcp over ${transport}`, () => create(transport), { missing: ['tcp'] });
}
