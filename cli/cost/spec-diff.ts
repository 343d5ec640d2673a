import { stringify } from 'yaml';
import type { SpecChange } from '../../shared/contracts/cost-values.ts';
import { find, type Connection } from '../client.ts';
import { unifiedDiff } from './diff.ts';
import type { Recommendation } from './recommendations.ts';

interface Spec {
  readonly spec?: { readonly services?: readonly { readonly name: string }[] };
}

/** The exact change, as a diff of the service in the spec that is in force; of what is there no more, the fields alone. */
export async function specDiff(
  connection: Connection,
  { id, application, service, change }: Recommendation,
): Promise<readonly string[]> {
  if (change.length === 0) return [];
  const path = `/v1/applications/${encodeURIComponent(application)}/spec`;
  const spec = await find<Spec>(connection, { path });
  const found = spec?.spec?.services?.find(({ name }) => name === service);
  const before = found !== undefined && change.every((each) => stands(found, each)) ? found : fields(change, 'from');
  const after = change.reduce<unknown>(changedBy, before);
  const names = [`${application}/${service}`, `${application}/${service} with ${id}`] as const;
  return unifiedDiff(textOf(before), textOf(after), names);
}

const textOf = (value: unknown): string => stringify(value).trimEnd();

/** RFC 6901: `~1` is a slash, `~0` a tilde. */
const partsOf = (path: string): string[] =>
  path
    .slice(1)
    .split('/')
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));

const isNode = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

function stands(service: unknown, { path, from }: SpecChange): boolean {
  const found = partsOf(path).reduce<unknown>((at, part) => (isNode(at) ? at[part] : undefined), service);
  return JSON.stringify(found) === JSON.stringify(from);
}

/** Only the fields that change, where the service itself is not as it was. */
function fields(change: readonly SpecChange[], side: 'from' | 'to'): unknown {
  return change.reduce<unknown>((at, each) => withValue(at, partsOf(each.path), each[side]), {});
}

const changedBy = (service: unknown, { path, to }: SpecChange): unknown => withValue(service, partsOf(path), to);

/** A copy with the value in its place; undefined takes it away. */
function withValue(value: unknown, [part, ...rest]: readonly string[], to: unknown): unknown {
  if (part === undefined) return to;
  if (Array.isArray(value)) {
    const inner = withValue(value[Number(part)], rest, to);
    return inner === undefined ? value.toSpliced(Number(part), 1) : value.with(Number(part), inner);
  }
  const node = isNode(value) ? value : {};
  const next = Object.entries({ ...node, [part]: withValue(node[part], rest, to) });
  return Object.fromEntries(next.filter(([, each]) => each !== undefined));
}
