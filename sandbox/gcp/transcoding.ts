import { lookup } from './lookup.ts';
import { protobuf } from 'google-gax';
import { rpcs } from './protos.ts';
import type { Rpc } from './protos.ts';
import { invalidArgument } from './status.ts';
import { camel, readMessage, snake } from './wire-read.ts';

interface Route {
  readonly rpc: Rpc;
  readonly verb: string;
  readonly pattern: RegExp;
  /** Request fields bound by the path, in the order of the pattern's groups: `service.name`. */
  readonly fields: readonly string[];
  readonly body?: string;
}

/** `projects/*` matches one segment without the `:` that starts a custom verb. */
const segmentPattern = (text: string): string =>
  text
    .replace(/[.+?^${}()|[\]\\]/g, '\\$&')
    .replace(/\*\*/g, '.+')
    .replace(/(?<!\.)\*/g, '[^/:]+');

function compile(rpc: Rpc, binding: Rpc['bindings'][number]): Route {
  const fields: string[] = [];
  const source = binding.template.split(/(\{[^}]+\})/).map((part) => {
    const variable = /^\{([^=}]+)=?([^}]*)\}$/.exec(part);
    if (!variable) return segmentPattern(part);
    fields.push((variable[1] ?? '').split('.').map(camel).join('.'));
    return `(${segmentPattern(variable[2] || '*')})`;
  });
  const body = binding.body === undefined ? {} : { body: binding.body === '*' ? '*' : camel(binding.body) };
  return { rpc, verb: binding.verb, pattern: new RegExp(`^${source.join('')}$`), fields, ...body };
}

const routes: readonly Route[] = rpcs.flatMap((rpc) => rpc.bindings.map((binding) => compile(rpc, binding)));

/** Parameters every Google API takes beside its own (cloud.google.com/apis/docs/system-parameters). */
const systemParameters = new Set(
  'alt prettyPrint key fields access_token oauth_token quotaUser callback uploadType upload_protocol xgafv'.split(' '),
);

export const isSystemParameter = (name: string): boolean => systemParameters.has(name.replace(/^\$\.?/, ''));

export interface Transcoded {
  readonly rpc: Rpc;
  readonly request: object;
}

type Tree = Record<string, unknown>;

function put(tree: Tree, path: readonly string[], value: unknown): void {
  const [head = '', ...rest] = path;
  if (rest.length === 0) {
    tree[head] = value;
    return;
  }
  const branch = (tree[head] ??= {}) as Tree;
  put(branch, rest, value);
}

function fieldAt(type: protobuf.Type, path: readonly string[]): protobuf.Field | undefined {
  const [head = '', ...rest] = path;
  const field = lookup(type.fields, head);
  if (rest.length === 0 || !field) return field;
  return field.resolvedType instanceof protobuf.Type ? fieldAt(field.resolvedType, rest) : undefined;
}

const booleans: Readonly<Record<string, boolean>> = { true: true, false: false };

/** Query text becomes the JSON the field's type expects; what does not fit stays text and is refused with the field's name. */
function fromQuery(field: protobuf.Field, text: string): unknown {
  if (field.type === 'bool') return booleans[text] ?? text;
  if (field.resolvedType instanceof protobuf.Enum && /^\d+$/.test(text)) return Number(text);
  return text;
}

function bindQuery(route: Route, tree: Tree, query: URLSearchParams): void {
  const type = route.rpc.request;
  for (const name of new Set(query.keys())) {
    if (isSystemParameter(name)) continue;
    const path = name.split('.').map(camel);
    const field = fieldAt(type, path);
    if (!field || route.body === '*' || path[0] === route.body) {
      const text = `Invalid JSON payload received. Unknown name "${name}": Cannot bind query parameter. Field '${name}' could not be found in request message.`;
      throw invalidArgument([{ field: name, description: text }], text);
    }
    const values = query.getAll(name).map((text) => fromQuery(field, text));
    put(tree, path, field.repeated ? values : values.at(-1));
  }
}

const emptyBody = (body: unknown): boolean =>
  body === undefined || body === '' || (typeof body === 'object' && body !== null && Object.keys(body).length === 0);

function bindBody(route: Route, tree: Tree, body: unknown): void {
  if (route.body === undefined) {
    if (emptyBody(body)) return;
    throw invalidArgument([], 'Request body is not allowed for this method.');
  }
  const message = body === '' ? {} : (body ?? {});
  if (route.body !== '*') {
    const type = route.rpc.request.fields[route.body]?.resolvedType as protobuf.Type;
    tree[route.body] = readMessage(type, message, snake(route.body));
    return;
  }
  Object.assign(tree, readMessage(route.rpc.request, message));
}

/** Finds the method a REST call means and builds its request message; undefined when no method has that path. */
export function transcode(verb: string, url: URL, body: unknown): Transcoded | undefined {
  for (const route of routes) {
    const match = route.verb === verb ? route.pattern.exec(url.pathname) : null;
    if (!match) continue;
    const tree: Tree = {};
    bindBody(route, tree, body);
    bindQuery(route, tree, url.searchParams);
    route.fields.forEach((field, index) => put(tree, field.split('.'), decodeURIComponent(match[index + 1] ?? '')));
    return { rpc: route.rpc, request: readMessage(route.rpc.request, tree) };
  }
  return undefined;
}
