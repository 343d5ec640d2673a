import { ECSClient, type ECSClientConfig } from '@aws-sdk/client-ecs';
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { createEcsApi, type EcsApi } from './ecs-api.ts';
import { createElbApi, type ElbApi } from './elb-api.ts';
import type { AwsSettings } from './settings.ts';

/** AWS, as far as this deployer uses it: one pair of clients per region, made when first asked for and kept. */
export interface AwsApi {
  at(region: string): RegionApi;
  close(): void;
}

export interface RegionApi {
  readonly ecs: EcsApi;
  readonly elb: ElbApi;
}

export interface AwsApiOptions {
  /** In place of the SDK's default chain: for the sandbox, which takes any. */
  readonly credentials?: NonNullable<ECSClientConfig['credentials']>;
}

/** Milliseconds. A command that got no answer goes back to its queue; waiting longer only blocks the function. */
const connectionTimeout = 2_000;
const requestTimeout = 10_000;

export function createAwsApi(settings: AwsSettings, options: AwsApiOptions = {}): AwsApi {
  const regions = new Map<string, RegionApi & { close(): void }>();

  function open(region: string) {
    const agent = settings.ca === undefined ? {} : { httpsAgent: { ca: settings.ca } };
    const shared = {
      region,
      maxAttempts: settings.maximumAttempts ?? 3,
      requestHandler: { connectionTimeout, requestTimeout, throwOnRequestTimeout: true, ...agent },
      ...(options.credentials === undefined ? {} : { credentials: options.credentials }),
    };
    const { ecs = settings.endpoint, elbv2 = settings.endpoint } = settings.endpoints ?? {};
    const ecsClient = new ECSClient({ ...shared, ...(ecs === undefined ? {} : { endpoint: ecs }) });
    const elbClient = new ElasticLoadBalancingV2Client({
      ...shared,
      ...(elbv2 === undefined ? {} : { endpoint: elbv2 }),
    });
    return {
      ecs: createEcsApi(ecsClient, { region, cluster: settings.cluster }),
      elb: createElbApi(elbClient, region),
      close() {
        ecsClient.destroy();
        elbClient.destroy();
      },
    };
  }

  return {
    at(region) {
      const known = regions.get(region);
      if (known !== undefined) return known;
      const opened = open(region);
      regions.set(region, opened);
      return opened;
    },
    close() {
      regions.forEach((region) => region.close());
      regions.clear();
    },
  };
}
