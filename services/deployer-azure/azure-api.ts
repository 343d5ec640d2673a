import {
  ContainerAppsAPIClient,
  type ContainerApp,
  type ManagedEnvironment,
  type Replica,
  type Revision,
} from '@azure/arm-appcontainers';
import { ContainerInstanceManagementClient, type ContainerGroup } from '@azure/arm-containerinstance';
import {
  createHttpHeaders,
  createPipelineRequest,
  exponentialRetryPolicy,
  systemErrorRetryPolicy,
  type Pipeline,
} from '@azure/core-rest-pipeline';
import type { TokenCredential } from '@azure/identity';
import { createAgent } from './azure-agent.ts';
import { isAbsent, OperationFailed, retryAfter, translate } from './errors.ts';
import type { AzureSettings, EnvironmentRef } from './settings.ts';
import type { Tags } from './tags.ts';

/**
 * The calls the deployer makes, and no more. Reads answer `undefined` for what is not there. Writes return when Azure has accepted
 * them; what comes of them is seen by reading the resource. Every error is one of the port's, `Busy` or `OperationFailed`.
 */
export interface AzureApi {
  readonly apps: {
    get(name: string): Promise<ContainerApp | undefined>;
    put(name: string, body: ContainerApp): Promise<Accepted>;
    delete(name: string): Promise<Accepted>;
    /** Every app of the resource group, read page by page. */
    list(): Promise<readonly ContainerApp[]>;
    revision(name: string, revision: string): Promise<Revision | undefined>;
    replicas(name: string, revision: string): Promise<readonly Replica[]>;
  };
  readonly groups: {
    get(name: string): Promise<ContainerGroup | undefined>;
    put(name: string, body: ContainerGroup): Promise<Accepted>;
    tag(name: string, tags: Tags): Promise<void>;
    stop(name: string): Promise<void>;
    delete(name: string): Promise<Accepted>;
    list(): Promise<readonly ContainerGroup[]>;
  };
  readonly environments: {
    get(at: EnvironmentRef): Promise<ManagedEnvironment | undefined>;
    put(at: EnvironmentRef, body: ManagedEnvironment): Promise<Accepted>;
  };
  createResourceGroup(location: string): Promise<void>;
}

export interface Accepted {
  /** The operation was over when the client looked, once, right after it was accepted. */
  readonly done: boolean;
  /** When Azure wants to be asked again. */
  readonly retryAfterMs?: number;
}

const publicEndpoint = 'https://management.azure.com';

/** One client per service for all regions: Azure Resource Manager has one address. */
export function createAzureApi(settings: AzureSettings, credential: TokenCredential): AzureApi {
  const { subscription, resourceGroup: group, endpoint = publicEndpoint, client = {} } = settings;
  const agent = createAgent({
    connectTimeoutMs: client.connectTimeoutMs ?? 2_000,
    ...(settings.ca === undefined ? {} : { ca: settings.ca }),
  });
  const options = { endpoint, userAgentOptions: { userAgentPrefix: 'homeostasis' } };
  const apps = new ContainerAppsAPIClient(credential, subscription, options);
  const instances = new ContainerInstanceManagementClient(credential, subscription, options);
  const request = { requestOptions: { timeout: client.requestTimeoutMs ?? 10_000 } };
  for (const { pipeline } of [apps, instances]) {
    pipeline.addPolicy({ name: 'agent', sendRequest: (one, next) => next(Object.assign(one, { agent })) });
    retryOutagesOnly(pipeline, client.retries ?? 2, client.retryDelayMs ?? 200);
  }
  const containers = instances.containerGroups;

  return {
    apps: {
      get: (name) => found(`read container app ${name}`, () => apps.containerApps.get(group, name, request)),
      put: (name, body) =>
        begun(`write container app ${name}`, (watch) =>
          apps.containerApps.beginCreateOrUpdate(group, name, body, { ...request, ...watch }),
        ),
      delete: (name) =>
        begun(`delete container app ${name}`, (watch) =>
          apps.containerApps.beginDelete(group, name, { ...request, ...watch }),
        ),
      list: () => all('list container apps', apps.containerApps.listByResourceGroup(group, request)),
      revision: (name, revision) =>
        found(`read revision ${revision}`, () =>
          apps.containerAppsRevisions.getRevision(group, name, revision, request),
        ),
      replicas: async (name, revision) => {
        const answer = await found(`list replicas of ${revision}`, () =>
          apps.containerAppsRevisionReplicas.listReplicas(group, name, revision, request),
        );
        return answer?.value ?? [];
      },
    },
    groups: {
      get: (name) => found(`read container group ${name}`, () => containers.get(group, name, request)),
      put: (name, body) =>
        begun(`write container group ${name}`, (watch) =>
          containers.beginCreateOrUpdate(group, name, body, { ...request, ...watch }),
        ),
      tag: async (name, tags) => {
        await asked(`tag container group ${name}`, () => containers.update(group, name, { tags }, request));
      },
      stop: (name) => asked(`stop container group ${name}`, () => containers.stop(group, name, request)),
      delete: (name) =>
        begun(`delete container group ${name}`, (watch) =>
          containers.beginDelete(group, name, { ...request, ...watch }),
        ),
      list: () => all('list container groups', containers.listByResourceGroup(group, request)),
    },
    environments: {
      get: (at) =>
        found(`read managed environment ${at.name}`, () =>
          apps.managedEnvironments.get(at.resourceGroup, at.name, request),
        ),
      put: (at, body) =>
        begun(`write managed environment ${at.name}`, (watch) =>
          apps.managedEnvironments.beginCreateOrUpdate(at.resourceGroup, at.name, body, { ...request, ...watch }),
        ),
    },
    createResourceGroup: (location) =>
      asked(`create resource group ${group}`, async () => {
        // Neither SDK knows resource groups; the same client, with its token and retries, sends the one documented call.
        const answer = await apps.sendRequest(
          createPipelineRequest({
            url: `${endpoint}/subscriptions/${subscription}/resourceGroups/${encodeURIComponent(group)}?api-version=2022-09-01`,
            method: 'PUT',
            headers: createHttpHeaders({ 'content-type': 'application/json' }),
            body: JSON.stringify({ location }),
            timeout: request.requestOptions.timeout,
          }),
        );
        if (answer.status > 299) {
          const error = new Error(`HTTP ${answer.status} ${answer.bodyAsText ?? ''}`);
          throw Object.assign(error, { statusCode: answer.status, response: answer });
        }
      }),
  };
}

/**
 * The SDK's own policy also waits out `Retry-After` of a throttled call, however long. Here the queue waits: a function that sleeps
 * is paid for, and holds back its neighbours.
 */
export function retryOutagesOnly(pipeline: Pipeline, maxRetries: number, retryDelayInMs: number): void {
  pipeline.removePolicy({ name: 'defaultRetryPolicy' });
  const options = { maxRetries, retryDelayInMs, maxRetryDelayInMs: retryDelayInMs * 8 };
  pipeline.addPolicy(exponentialRetryPolicy(options), { phase: 'Retry' });
  pipeline.addPolicy(systemErrorRetryPolicy(options), { phase: 'Retry' });
}

export async function asked<T>(doing: string, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    throw translate(error, doing);
  }
}

function found<T>(doing: string, ask: () => Promise<T>): Promise<T | undefined> {
  return asked(doing, async () => {
    try {
      return await ask();
    } catch (error) {
      if (isAbsent(error)) return undefined;
      throw error;
    }
  });
}

interface Watch {
  readonly onResponse: (response: {
    readonly status: number;
    readonly headers: { get(name: string): string | undefined };
  }) => void;
}

/**
 * `begin…` sends the request and looks at the operation once; it is never polled to its end. A write that was accepted stays accepted
 * when that look is refused or gets no answer (operations live under the subscription, where a deployer may have no rights): what comes
 * of it is seen on the resource. Only an operation that is said to have failed is an error.
 */
function begun(doing: string, begin: (watch: Watch) => Promise<{ isDone(): boolean }>): Promise<Accepted> {
  return asked(doing, async () => {
    let wait: number | undefined;
    let accepted = false;
    const onResponse: Watch['onResponse'] = ({ status, headers }) => {
      accepted ||= status < 300;
      wait = retryAfter(headers.get('retry-after')) ?? wait;
    };
    const done = await begin({ onResponse }).then(
      (poller) => poller.isDone(),
      (error: unknown) => {
        if (!accepted || translate(error, doing) instanceof OperationFailed) throw error;
        return false;
      },
    );
    return { done, ...(wait === undefined ? {} : { retryAfterMs: wait }) };
  });
}

function all<T>(doing: string, pages: AsyncIterable<T>): Promise<readonly T[]> {
  return asked(doing, async () => {
    const items: T[] = [];
    try {
      for await (const item of pages) items.push(item);
    } catch (error) {
      if (isAbsent(error)) return [];
      throw error;
    }
    return items;
  });
}
