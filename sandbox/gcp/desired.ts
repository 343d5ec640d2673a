import { lookup } from './lookup.ts';
import { isDeepStrictEqual } from 'node:util';
import type { Desired } from './model.ts';
import type { Kind } from './names.ts';
import { messageType } from './protos.ts';
import { invalidArgument } from './status.ts';
import { camel } from './wire-read.ts';

const types = { service: messageType('Service'), workerPool: messageType('WorkerPool') } as const;

const outputOnly = (options: unknown): boolean => JSON.stringify(options ?? {}).includes('OUTPUT_ONLY');

/** Fields a user writes; the others are the server's and are ignored on input, as the real API does. */
function writableFields(kind: Kind): ReadonlySet<string> {
  const names = types[kind].fieldsArray.filter((field) => !outputOnly(field.options)).map((field) => field.name);
  return new Set(names.filter((name) => name !== 'name' && name !== 'etag'));
}

const writable = { service: writableFields('service'), workerPool: writableFields('workerPool') } as const;

export function desiredOf(kind: Kind, message: object): Desired {
  return Object.fromEntries(Object.entries(message).filter(([name]) => writable[kind].has(name))) as Desired;
}

type Tree = Record<string, unknown>;

function copyPath(target: Tree, source: Tree, path: readonly string[]): Tree {
  const [head = '', ...rest] = path;
  const copy = { ...target };
  if (rest.length > 0) {
    copy[head] = copyPath((target[head] ?? {}) as Tree, (source[head] ?? {}) as Tree, rest);
  } else if (source[head] === undefined) {
    delete copy[head];
  } else {
    copy[head] = source[head];
  }
  return copy;
}

function maskPaths(kind: Kind, mask: string): readonly (readonly string[])[] {
  const paths = mask.split(',').map((path) => path.trim().split('.').map(camel));
  for (const path of paths) {
    if (lookup(types[kind].fields, path[0])) continue;
    const text = `Invalid field mask path: '${path.join('.')}' is not a field of ${types[kind].name}.`;
    throw invalidArgument([{ field: 'update_mask', description: text }], text);
  }
  return paths;
}

/** The desired state after an update: everything the message says, or, with a mask, only what the mask names. */
export function merged(kind: Kind, current: Desired, message: object, mask: string | undefined): Desired {
  const given = desiredOf(kind, message);
  if (mask === undefined || mask === '' || mask === '*') return given;
  const paths = maskPaths(kind, mask).filter((path) => writable[kind].has(path[0] ?? ''));
  return paths.reduce<Tree>((tree, path) => copyPath(tree, given as Tree, path), current as Tree) as Desired;
}

export const sameValue = (left: unknown, right: unknown): boolean => isDeepStrictEqual(left, right);
