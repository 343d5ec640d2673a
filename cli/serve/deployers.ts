import { readFileSync } from 'node:fs';
import { regions as catalogueRegions } from '../../shared/catalogue/index.ts';
import type { Envelope } from '../../shared/contracts/envelope.ts';
import type { Settings } from '../../shared/domain/settings/index.ts';
import type { Handler } from '../../shared/pipeline/handler.ts';
import type { Clock } from '../../shared/ports/clock.ts';
import type { EventBus } from '../../shared/ports/event-bus.ts';
import { CliError, exitCode } from '../exit.ts';
import type { SandboxEndpoints } from './sandbox-process.ts';
import { sandboxAws, sandboxAzure, sandboxCredential, sandboxGcp, sandboxKeys } from './sandbox-settings.ts';
import { wireDeployer } from './wire.ts';

export interface DeployersOptions {
  readonly settings: Settings;
  /** In place of the real clouds. */
  readonly sandbox: SandboxEndpoints | undefined;
  readonly bus: EventBus;
  readonly clock: Clock;
}

interface Deployer {
  readonly handlers: readonly Handler[];
  /** The function's own entry point, called as its cloud would call it. */
  readonly entry: (event: Envelope) => Promise<void>;
}

/**
 * Starts a deployer for each enabled cloud, in process, through its real entry point. A cloud's SDK is loaded only when the cloud
 * is enabled: nobody should wait for three of them to start with one.
 */
export async function startDeployers(options: DeployersOptions): Promise<void> {
  const { aws, azure, gcp } = options.settings.clouds;
  const started = await Promise.all([
    aws.enabled ? deployerAws(options) : undefined,
    azure.enabled ? deployerAzure(options) : undefined,
    gcp.enabled ? deployerGcp(options) : undefined,
  ]);
  for (const each of started) if (each !== undefined) wireDeployer(each.handlers, each.entry, options.bus);
}

async function deployerAws({ settings, sandbox, bus, clock }: DeployersOptions): Promise<Deployer> {
  const { createAwsApi, createTarget, handlers, parseSettings } = await import('../../services/deployer-aws/index.ts');
  const { createEntry } = await import('../../services/deployer-aws/main.lambda.ts');
  const { enabled: _, caFile, ...given } = settings.clouds.aws;
  const own = parseSettings({
    ...given,
    regions: given.regions ?? regionsOf('aws'),
    ...authority(caFile),
    ...(sandbox === undefined ? {} : sandboxAws(sandbox)),
  });
  const api = createAwsApi(own, sandbox === undefined ? {} : { credentials: sandboxKeys });
  const target = createTarget(api, own);
  return {
    handlers: handlers(target),
    entry: createEntry({ target, publish: (events) => bus.publish(events), clock }),
  };
}

async function deployerAzure({ settings, sandbox, bus, clock }: DeployersOptions): Promise<Deployer> {
  const { createAzureApi, createTarget, defaultCredential, handlers } =
    await import('../../services/deployer-azure/index.ts');
  const { createEntry } = await import('../../services/deployer-azure/main.azure.ts');
  const { enabled: _, caFile, tenant: __, authorityHost: ___, subscription, regions, ...given } = settings.clouds.azure;
  const own = {
    ...given,
    subscription: sandbox === undefined ? needed(subscription, 'clouds.azure.subscription') : '',
    regions: regions ?? regionsOf('azure'),
    ...authority(caFile),
    ...(sandbox === undefined ? {} : sandboxAzure(sandbox)),
  };
  const api = createAzureApi(own, sandbox === undefined ? await defaultCredential() : sandboxCredential(clock));
  const target = createTarget(api, own);
  return {
    handlers: handlers(target),
    entry: createEntry({ target, publish: (events) => bus.publish(events), clock }),
  };
}

async function deployerGcp({ settings, sandbox, bus, clock }: DeployersOptions): Promise<Deployer> {
  const { createApi, createTarget, handlers } = await import('../../services/deployer-gcp/index.ts');
  const { createEntry } = await import('../../services/deployer-gcp/main.gcp.ts');
  const { enabled: _, endpointScheme: __, grpcEndpoint, project, regions, ...given } = settings.clouds.gcp;
  const own = {
    ...given,
    ...(given.transport === 'grpc' && grpcEndpoint !== undefined ? { endpoint: grpcEndpoint } : {}),
    project: sandbox === undefined ? needed(project, 'clouds.gcp.project') : '',
    regions: [...(regions ?? regionsOf('gcp'))],
    ...(sandbox === undefined ? {} : sandboxGcp(sandbox)),
  };
  const target = createTarget(createApi(own), own);
  return {
    handlers: handlers(target),
    entry: createEntry({ target, publish: (events) => bus.publish(events), clock }),
  };
}

function regionsOf(cloud: string): string[] {
  return catalogueRegions()
    .filter((region) => region.cloud === cloud)
    .map(({ name }) => name);
}

function needed(value: string | undefined, key: string): string {
  if (value !== undefined) return value;
  throw new CliError(
    exitCode.badInput,
    `${key} is needed to deploy to real clouds: set it in homeostasis.yaml, or disable the cloud`,
  );
}

function authority(file: string | undefined): { readonly ca?: string } {
  if (file === undefined) return {};
  try {
    return { ca: readFileSync(file, 'utf8') };
  } catch (error) {
    throw new CliError(exitCode.badInput, `caFile ${file}: ${(error as Error).message}`);
  }
}
