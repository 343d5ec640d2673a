import { createHash } from 'node:crypto';
import { badRequest, conflict } from '../errors.ts';
import { environmentType } from '../container-apps/model.ts';
import { normalise } from '../regions.ts';
import type { ArmResource, AzureState } from '../state.ts';

export interface EnvironmentBody {
  readonly location?: string;
  readonly tags?: Readonly<Record<string, string>>;
  readonly kind?: string;
  readonly identity?: unknown;
  readonly properties?: {
    readonly workloadProfiles?: readonly { readonly name?: string; readonly workloadProfileType?: string }[];
    readonly zoneRedundant?: boolean;
    readonly appLogsConfiguration?: {
      readonly destination?: string;
      readonly logAnalyticsConfiguration?: { readonly customerId?: string; readonly sharedKey?: string };
    };
  };
}

export interface Environment extends ArmResource {
  body: EnvironmentBody;
}

export const isEnvironment = (resource: ArmResource): resource is Environment => resource.type === environmentType;

/** An environment without workload profiles is of the older, smaller kind. */
export const consumptionOnly = (environment: Environment): boolean =>
  (environment.body.properties?.workloadProfiles ?? []).length === 0;

/** `kindsea-1a2b3c4d.westeurope.azurecontainerapps.io`, always the same for the same environment. */
export function defaultDomain(environment: Environment): string {
  const hash = createHash('sha256').update(environment.id.toLowerCase()).digest('hex').slice(0, 8);
  return `sandbox-${hash}.${environment.region}.azurecontainerapps.io`;
}

/** The environment an app names. Codes other than the not-ready one were not observed on the real service. */
export function requireEnvironment(
  state: AzureState,
  properties: { readonly environmentId?: string; readonly managedEnvironmentId?: string } | undefined,
  region: string,
): Environment {
  const id = properties?.environmentId ?? properties?.managedEnvironmentId;
  if (!id)
    throw badRequest(
      'ContainerAppEnvironmentRequired',
      'properties.environmentId is required.',
      'properties.environmentId',
    );
  const environment = state.resource(id);
  if (!environment || !isEnvironment(environment))
    throw badRequest('ManagedEnvironmentNotFound', `The managed environment '${id}' was not found.`);
  if (normalise(environment.region) !== region)
    throw badRequest(
      'ContainerAppEnvironmentLocationMismatch',
      `The container app's location '${region}' differs from the location '${environment.region}' of environment '${environment.name}'.`,
    );
  if (environment.provisioningState !== 'Succeeded')
    throw conflict(
      'ManagedEnvironmentNotReadyForAppCreation',
      `The environment '${environment.name}' is not ready: provisioning state '${environment.provisioningState}'.`,
    );
  return environment;
}
