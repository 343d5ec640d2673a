import type { ManagedEnvironment } from '@azure/arm-appcontainers';
import { CapacityExhausted, TargetNotFound } from '../../shared/ports/cloud-target.ts';
import type { AzureApi } from './azure-api.ts';
import { Busy } from './errors.ts';
import { reasonIn } from './failure.ts';
import { environmentOf, type AzureSettings, type EnvironmentRef } from './settings.ts';

/** What must stand before anything can be deployed: the resource group, and a managed environment per region. */
export interface Ground {
  /**
   * Returns when container apps can be made in the region. An environment takes a minute or more to be made: until then the
   * command is owed, so this throws `Busy`.
   * @throws TargetNotFound when it is missing and may not be made; CapacityExhausted when the region has no room for it.
   */
  environment(region: string): Promise<void>;
  /** The environment was not there after all: look again next time. */
  forget(region: string): void;
  /** Runs a write; when the resource group is missing and may be made, makes it and runs the write again. */
  inGroup<T>(write: () => Promise<T>): Promise<T>;
}

const environmentBody = (location: string): ManagedEnvironment => ({
  location,
  // Without a profile the environment is of the older kind, which stops at 2 cores and 4 GiB per replica.
  workloadProfiles: [{ name: 'Consumption', workloadProfileType: 'Consumption' }],
});

/** Least wait while somebody else's request makes the environment; the queue's own backoff lengthens it. */
const environmentMs = 2_000;

export function createGround(api: AzureApi, settings: AzureSettings): Ground {
  // Environments are few and outlive everything else: once seen ready they are not asked for again by this process.
  const ready = new Set<string>();

  async function inGroup<T>(write: () => Promise<T>): Promise<T> {
    try {
      return await write();
    } catch (error) {
      if (!(error instanceof TargetNotFound) || error.vendor?.includes('ResourceGroupNotFound') !== true) throw error;
      const location = settings.resourceGroupLocation;
      if (location === undefined) {
        throw new TargetNotFound(
          `resource group "${settings.resourceGroup}" of subscription ${settings.subscription} does not exist: ` +
            'create it, or set resourceGroupLocation of the Azure cloud to have it made',
          { cause: error },
        );
      }
      await api.createResourceGroup(location);
      return write();
    }
  }

  async function make(region: string, at: EnvironmentRef): Promise<void> {
    if (at.foreign || settings.createEnvironments === false) {
      throw new TargetNotFound(
        `managed environment "${at.name}" for ${region} does not exist in resource group ${at.resourceGroup}: ` +
          'create it, or allow createEnvironments of the Azure cloud',
      );
    }
    const accepted = await inGroup(() => api.environments.put(at, environmentBody(region)));
    if (accepted.done) return;
    throw making(region, at, accepted.retryAfterMs);
  }

  async function look(region: string): Promise<void> {
    const at = environmentOf(settings, region);
    const environment = await api.environments.get(at);
    if (environment === undefined) return make(region, at);
    const state = environment.provisioningState ?? '';
    if (state === 'Succeeded' || state.startsWith('Upgrade')) return;
    if (state !== 'Failed' && state !== 'Canceled') throw making(region, at, undefined);
    const errors = environment.deploymentErrors ?? 'no reason given';
    const message = `managed environment "${at.name}" for ${region} is ${state}: ${errors}; delete it to have it made again`;
    throw reasonIn(errors) === 'CapacityExhausted' ? new CapacityExhausted(message) : new TargetNotFound(message);
  }

  return {
    async environment(region) {
      if (ready.has(region)) return;
      await look(region);
      ready.add(region);
    },
    forget: (region) => void ready.delete(region),
    inGroup,
  };
}

function making(region: string, at: EnvironmentRef, retryAfterMs: number | undefined): Busy {
  return new Busy(
    `managed environment "${at.name}" for ${region} is being made or changed; the command is tried again`,
    retryAfterMs ?? environmentMs,
  );
}
