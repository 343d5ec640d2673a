import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { protobuf } from 'google-gax';

const require = createRequire(import.meta.url);

const readRoot = (file: string): protobuf.Root => {
  const parsed = JSON.parse(readFileSync(file, 'utf8')) as protobuf.INamespace;
  const root = protobuf.Root.fromJSON(parsed);
  root.resolveAll();
  return root;
};

/**
 * Google's published protos: the Run and Monitoring packages' own files, the locations mix-in and the `google.rpc` details that google-gax carries.
 * Only the descriptions are read; no client code of the SDK runs here.
 */
const gaxProtos = join(dirname(require.resolve('google-gax')), '..', 'protos');
export const runProtos = readRoot(require.resolve('@google-cloud/run/build/protos/protos.json'));
const monitoringProtos = readRoot(require.resolve('@google-cloud/monitoring/build/protos/protos.json'));
const locationProtos = readRoot(join(gaxProtos, 'locations.json'));
const statusProtos = readRoot(join(gaxProtos, 'status.json'));

/** One method of one service, with the messages it takes and gives. */
export interface Rpc {
  /** `google.cloud.run.v2.Services/CreateService`: the gRPC path without its leading slash. */
  readonly id: string;
  readonly method: string;
  readonly request: protobuf.Type;
  readonly response: protobuf.Type;
  /** `google.api.http` bindings: `{post: '/v2/…', body: 'service'}`. */
  readonly bindings: readonly HttpBinding[];
}

export interface HttpBinding {
  readonly verb: string;
  readonly template: string;
  readonly body?: string;
}

const verbs = ['get', 'post', 'put', 'patch', 'delete'] as const;

interface HttpRule extends Partial<Record<(typeof verbs)[number] | 'body', string>> {
  readonly additional_bindings?: HttpRule | readonly HttpRule[];
}

function bindingsOf(rule: HttpRule): HttpBinding[] {
  const body = rule.body === undefined ? {} : { body: rule.body };
  const own = verbs.flatMap((verb) => {
    const template = rule[verb];
    return template === undefined ? [] : [{ verb: verb.toUpperCase(), template, ...body }];
  });
  const more = rule.additional_bindings ?? [];
  return [...own, ...[more].flat().flatMap((extra) => bindingsOf(extra as HttpRule))];
}

function publishedBindings(method: protobuf.Method): HttpBinding[] {
  const options = (method.parsedOptions ?? []) as unknown as readonly Record<string, HttpRule>[];
  return options.flatMap((option) => (option['(google.api.http)'] ? bindingsOf(option['(google.api.http)']) : []));
}

/** The mix-ins' own paths are placeholders; these are the ones Cloud Run's service configuration gives them. */
const mixinBindings: Readonly<Record<string, readonly HttpBinding[]>> = {
  ListOperations: [{ verb: 'GET', template: '/v2/{name=projects/*/locations/*}/operations' }],
  GetOperation: [{ verb: 'GET', template: '/v2/{name=projects/*/locations/*/operations/*}' }],
  DeleteOperation: [{ verb: 'DELETE', template: '/v2/{name=projects/*/locations/*/operations/*}' }],
  WaitOperation: [{ verb: 'POST', template: '/v2/{name=projects/*/locations/*/operations/*}:wait', body: '*' }],
  ListLocations: ['v1', 'v2'].map((version) => ({ verb: 'GET', template: `/${version}/{name=projects/*}/locations` })),
  GetLocation: ['v1', 'v2'].map((version) => ({ verb: 'GET', template: `/${version}/{name=projects/*/locations/*}` })),
};

function rpcsOf(root: protobuf.Root, service: string): Rpc[] {
  return root.lookupService(service).methodsArray.map((method) => ({
    id: `${service}/${method.name}`,
    method: method.name,
    request: root.lookupType(method.resolvedRequestType?.fullName ?? method.requestType),
    response: root.lookupType(method.resolvedResponseType?.fullName ?? method.responseType),
    bindings: mixinBindings[method.name] ?? publishedBindings(method),
  }));
}

export const rpcs: readonly Rpc[] = [
  ...rpcsOf(runProtos, 'google.cloud.run.v2.Services'),
  ...rpcsOf(runProtos, 'google.cloud.run.v2.WorkerPools'),
  ...rpcsOf(runProtos, 'google.cloud.run.v2.Revisions'),
  ...rpcsOf(runProtos, 'google.longrunning.Operations').filter((rpc) => rpc.method !== 'CancelOperation'),
  ...rpcsOf(locationProtos, 'google.cloud.location.Locations'),
  ...rpcsOf(monitoringProtos, 'google.monitoring.v3.MetricService').filter((rpc) => rpc.method === 'ListTimeSeries'),
];

/** Type named by an `@type` URL: a Run message or a `google.rpc` error detail. */
export function typeOfAny(url: string): protobuf.Type {
  const name = url.slice(url.lastIndexOf('/') + 1);
  const found = runProtos.lookup(name) ?? statusProtos.lookup(name);
  if (!(found instanceof protobuf.Type)) throw new Error(`no published message ${name}`);
  return found;
}

export const messageType = (name: string): protobuf.Type => runProtos.lookupType(`google.cloud.run.v2.${name}`);
export const statusType = statusProtos.lookupType('google.rpc.Status');
