import type { Operation } from './model.ts';
import { checkLocation, parseLocation } from './names.ts';
import { page } from './paging.ts';
import { renderOperation } from './render.ts';
import { invalidArgument, notFound, RpcError } from './status.ts';
import type { Method, World } from './world.ts';

interface OperationRequest {
  readonly name?: string;
  readonly filter?: string;
  readonly pageSize?: number;
  readonly pageToken?: string;
  readonly timeout?: string;
}

/** Longest time a Wait is held open, whatever the caller asks for. */
const longestWaitMs = 60_000;

export function findOperation(world: World, name: string): Operation {
  const match = /^projects\/[^/]+\/locations\/([^/]+)\/operations\/[^/]+$/.exec(name);
  if (!match) {
    const text = `Malformed name: '${name}'. Expected format: projects/{project}/locations/{location}/operations/{operation}.`;
    throw invalidArgument([{ field: 'name', description: text }], text);
  }
  checkLocation(match[1] ?? '');
  const operation = world.store.operations.get(name);
  if (!operation) throw notFound(name);
  return operation;
}

/** Answers when the operation is done or the time is up, whichever is first: never an error because of the time. */
export function waitFor(world: World, operation: Operation, timeout: string | undefined): Promise<Operation> {
  const asked = timeout === undefined ? longestWaitMs : Number.parseFloat(timeout) * 1000;
  return new Promise((resolve) => {
    const cancel = world.context.clock.after(Math.min(asked, longestWaitMs), () => {
      forget();
      resolve(operation);
    });
    const forget = world.store.whenDone(operation, () => {
      cancel();
      resolve(operation);
    });
  });
}

const list: Method = (world, request) => {
  const input = request as OperationRequest;
  const place = parseLocation('name', input.name ?? '');
  if (input.filter) throw invalidArgument([{ field: 'filter', description: 'Filtering operations is not supported.' }]);
  const own = [...world.store.operations.values()]
    .filter((operation) => operation.project === place.project && operation.location === place.location)
    .sort((left, right) => right.sequence - left.sequence);
  const { items, ...more } = page(`${input.name}/operations`, own, input);
  return { operations: items.map(renderOperation), ...more };
};

export const operationMethods: Readonly<Record<string, Method>> = {
  GetOperation: (world, request) => renderOperation(findOperation(world, (request as OperationRequest).name ?? '')),
  ListOperations: list,
  DeleteOperation: (world, request) => {
    const operation = findOperation(world, (request as OperationRequest).name ?? '');
    if (operation.outcome === undefined)
      throw new RpcError('FAILED_PRECONDITION', `Operation '${operation.id}' is not done.`);
    world.store.operations.delete(operation.name);
    return {};
  },
  WaitOperation: async (world, request) => {
    const { name, timeout } = request as OperationRequest;
    return renderOperation(await waitFor(world, findOperation(world, name ?? ''), timeout));
  },
};
