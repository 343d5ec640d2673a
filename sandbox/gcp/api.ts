import { entityMethods } from './entity-methods.ts';
import { pass } from './gate.ts';
import type { CallScope } from './gate.ts';
import { iamMethods } from './iam-methods.ts';
import { locationMethods } from './location-methods.ts';
import { monitoringMethods } from './monitoring/methods.ts';
import { operationMethods } from './operation-methods.ts';
import type { Rpc } from './protos.ts';
import { revisionMethods } from './revision-methods.ts';
import { RpcError } from './status.ts';
import type { Method, World } from './world.ts';

const services: Readonly<Record<string, Readonly<Record<string, Method>>>> = {
  'google.cloud.run.v2.Services': { ...entityMethods('service'), ...iamMethods('service') },
  'google.cloud.run.v2.WorkerPools': { ...entityMethods('workerPool'), ...iamMethods('workerPool') },
  'google.cloud.run.v2.Revisions': revisionMethods,
  'google.longrunning.Operations': operationMethods,
  'google.cloud.location.Locations': locationMethods,
  'google.monitoring.v3.MetricService': monitoringMethods,
};

interface Named {
  readonly name?: string;
  readonly parent?: string;
  readonly resource?: string;
  readonly serviceId?: string;
  readonly workerPoolId?: string;
  readonly service?: { readonly name?: string };
  readonly workerPool?: { readonly name?: string };
  readonly filter?: string;
}

/** The region and the resource a request is about, read from whichever of its names it has. */
export function scopeOf(rpc: Rpc, request: object): CallScope {
  const input = request as Named;
  const match = /\/locations\/([^/]+)(?:\/(?:services|workerPools)\/([^/]+))?/.exec(nameIn(input));
  const resource = match?.[2] ?? input.serviceId ?? input.workerPoolId;
  const region = match?.[1] ?? filteredRegion(input) ?? 'global';
  return { operation: rpc.method, region, ...(resource === undefined ? {} : { resource }) };
}

function nameIn(input: Named): string {
  const candidates = [input.parent, input.name, input.resource, input.service?.name, input.workerPool?.name];
  return candidates.find((candidate) => candidate?.startsWith('projects/')) ?? '';
}

/** Cloud Monitoring is asked by filter: one that names a region is struck by that region's faults. */
const filteredRegion = ({ filter = '' }: Named): string | undefined => /\.location\s*=\s*"([^"]+)"/.exec(filter)?.[1];

/** One call of the v2 API, whichever transport brought it: canonical request in, canonical response out. */
export async function call(world: World, rpc: Rpc, request: object): Promise<object> {
  const [service = '', method = ''] = rpc.id.split('/');
  const handler = services[service]?.[method];
  if (!handler) throw new RpcError('UNIMPLEMENTED', `Method ${rpc.id} is not implemented.`);
  await pass(world.context, scopeOf(rpc, request));
  return handler(world, request);
}
