import { stringify } from 'yaml';
import type { SpecChange } from '../../shared/contracts/cost-values.ts';
import { changed, fits, nowhere, turned } from '../../shared/domain/spec/change.ts';
import { find, type Connection } from '../client.ts';
import { unifiedDiff } from './diff.ts';
import type { Recommendation } from './recommendations.ts';

interface Spec {
  readonly spec?: { readonly services?: readonly { readonly name: string }[] };
}

/** The exact change, or the way back, as a diff of the service in the spec that is in force; of what is there no more, the fields alone. */
export async function specDiff(
  connection: Connection,
  { id, application, service, change: made }: Recommendation,
  direction: 'apply' | 'revert' = 'apply',
): Promise<readonly string[]> {
  if (made.length === 0) return [];
  const change = direction === 'apply' ? made : turned(made);
  const path = `/v1/applications/${encodeURIComponent(application)}/spec`;
  const spec = await find<Spec>(connection, { path });
  const found = spec?.spec?.services?.find(({ name }) => name === service);
  const whole = changedWhole(found, change);
  const [before, after] = whole === nowhere ? [fields(change, 'from'), fields(change, 'to')] : [found, whole];
  const how = direction === 'apply' ? 'with' : 'without';
  const names = [`${application}/${service}`, `${application}/${service} ${how} ${id}`] as const;
  return unifiedDiff(textOf(before), textOf(after), names);
}

/** `nowhere` where the service is not as the change starts from. */
function changedWhole(found: unknown, change: readonly SpecChange[]): unknown {
  const isAsItWas = found !== undefined && change.every((each) => fits(found, each));
  return isAsItWas ? change.reduce<unknown>(changed, found) : nowhere;
}

const textOf = (value: unknown): string => stringify(value).trimEnd();

/** Only the fields that change, where the service itself is not as it was. */
function fields(change: readonly SpecChange[], side: 'from' | 'to'): unknown {
  return change.reduce<unknown>((at, { path, [side]: to }) => changed(at, { path, to }), {}) ?? {};
}
