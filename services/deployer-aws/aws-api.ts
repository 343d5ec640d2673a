import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { ECSClient, type ECSClientConfig } from '@aws-sdk/client-ecs';
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { createCloudWatchApi, type CloudWatchApi } from './cloudwatch-api.ts';
import { createEcsApi, type EcsApi } from './ecs-api.ts';
import { createElbApi, type ElbApi } from './elb-api.ts';
import type { AwsSettings } from './settings.ts';

/** AWS, as far as this deployer uses it: its clients per region, made when first asked for and kept. */
export interface AwsApi {
  at(region: string): RegionApi;
  close(): void;
}

export interface RegionApi {
  readonly ecs: EcsApi;
  readonly elb: ElbApi;
  readonly cloudWatch: CloudWatchApi;
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
    const at = (api: Api) => endpointOf(settings, api);
    const ecsClient = new ECSClient({ ...shared, ...at('ecs') });
    const elbClient = new ElasticLoadBalancingV2Client({
      ...shared,
      ...at('elbv2'),
    });
    const cloudWatchClient = new CloudWatchClient({
      ...shared,
      ...at('cloudwatch'),
    });
    return {
      ecs: createEcsApi(ecsClient, { region, cluster: settings.cluster }),
      elb: createElbApi(elbClient, region),
      cloudWatch: createCloudWatchApi(cloudWatchClient, region),
      close() {
        ecsClient.destroy();
        elbClient.destroy();
        cloudWatchClient.destroy();
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

type Api = keyof NonNullable<AwsSettings['endpoints']>;

function endpointOf({ endpoint, endpoints }: AwsSettings, api: Api): { readonly endpoint?: string } {
  const own = endpoints?.[api] ?? endpoint;
  return own === undefined ? {} : { endpoint: own };
}
