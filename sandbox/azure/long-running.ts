import { notFound } from './errors.ts';
import { param, type Call, type Reply, type Route } from './http.ts';
import { normalise } from './regions.ts';
import type { Operation } from './operations.ts';
import type { AzureState } from './state.ts';

/** Where one resource type's operations are asked after: `Microsoft.App`, `containerappOperationStatuses`, … */
export interface OperationPlaces {
  readonly namespace: string;
  readonly statuses: string;
  readonly results: string;
  readonly versions: readonly string[];
}

const link = (call: Call, operation: Operation, places: OperationPlaces, segment: string): string =>
  `${call.origin}/subscriptions/${operation.subscription}/providers/${places.namespace}/locations/` +
  `${operation.region}/${segment}/${operation.id}?api-version=${call.version}`;

/** Headers of an accepted PUT: poll the status document, then read the resource. */
export const statusHeaders = (
  call: Call,
  state: AzureState,
  operation: Operation,
  places: OperationPlaces,
): Record<string, string> => ({
  'azure-asyncoperation': link(call, operation, places, places.statuses),
  'retry-after': state.operations.retryAfter(operation),
});

/** Headers of an accepted PATCH, POST or DELETE: poll the result address until it no longer answers 202. */
export const resultHeaders = (
  call: Call,
  state: AzureState,
  operation: Operation,
  places: OperationPlaces,
): Record<string, string> => ({
  location: link(call, operation, places, places.results),
  'retry-after': state.operations.retryAfter(operation),
});

/** The two polling routes of one resource type. */
export function operationRoutes(state: AzureState, places: OperationPlaces): readonly Route[] {
  const base = `/subscriptions/{subscription}/providers/${places.namespace}/locations/{location}`;
  const common = {
    method: 'GET',
    versions: places.versions,
    type: `${places.namespace}/locations`,
    region: (call: Call) => normalise(param(call, 'location')),
  } as const;
  const find = (call: Call): Operation => {
    const operation = state.operations.get(param(call, 'operation'));
    if (operation?.region === normalise(param(call, 'location'))) return operation;
    throw notFound('OperationNotFound', `The operation '${param(call, 'operation')}' was not found.`);
  };
  return [
    {
      ...common,
      operation: `${places.namespace}_OperationStatus`,
      pattern: `${base}/${places.statuses}/{operation}`,
      handle: (call) => statusReply(call, state, find(call)),
    },
    {
      ...common,
      operation: `${places.namespace}_OperationResult`,
      pattern: `${base}/${places.results}/{operation}`,
      handle: (call) => resultReply(call, state, find(call)),
    },
  ];
}

function statusReply(call: Call, state: AzureState, operation: Operation): Reply {
  const { status, error, endedAt } = operation;
  return {
    status: 200,
    headers: status === 'InProgress' ? { 'retry-after': state.operations.retryAfter(operation) } : {},
    body: {
      id: call.path,
      name: operation.id,
      status,
      startTime: new Date(operation.startedAt).toISOString(),
      ...(endedAt === undefined ? {} : { endTime: new Date(endedAt).toISOString() }),
      ...(error ? { error } : {}),
    },
  };
}

/** `Location` semantic of Azure's RPC: 202 while it runs, then what the call would have answered at once. */
export function resultReply(call: Call, state: AzureState, operation: Operation): Reply {
  switch (operation.status) {
    case 'InProgress':
      return {
        status: 202,
        headers: {
          location: `${call.origin}${call.path}?${call.query}`,
          'retry-after': state.operations.retryAfter(operation),
        },
      };
    case 'Succeeded': {
      const body = operation.result?.();
      return body === undefined ? { status: 204 } : { status: 200, body };
    }
    case 'Failed':
    case 'Canceled':
      return { status: 409, body: { error: operation.error } };
  }
}
