import type { ApplicationSpec } from '../../shared/contracts/application-spec.ts';
import type { SpecChange } from '../../shared/contracts/cost-values.ts';
import { changed, fits, nowhere, standingAt } from '../../shared/domain/spec/change.ts';

/** The spec with one service changed, or why it cannot be: what the changes start from is not what it says any more. */
export function changeService(
  spec: ApplicationSpec,
  service: string,
  changes: readonly SpecChange[],
): { readonly spec: ApplicationSpec } | { readonly problem: string } {
  const index = spec.spec.services.findIndex(({ name }) => name === service);
  const found = spec.spec.services[index];
  if (found === undefined) return { problem: `there is no service ${service} any more` };
  let wanted: unknown = found;
  for (const change of changes) {
    if (change.path === '/name') return { problem: `${service} would become another service: its name is not changed` };
    if (!fits(wanted, change)) {
      const standing = worded(standingAt(wanted, change));
      return { problem: `${service}${change.path} is ${standing} now, not ${worded(change.from)}` };
    }
    const next = changed(wanted, change);
    if (next === nowhere) return { problem: `${service}${change.path} leads through what is no mapping and no list` };
    wanted = next;
  }
  const services = spec.spec.services.with(index, wanted as typeof found);
  return { spec: { ...spec, spec: { ...spec.spec, services } } };
}

function worded(value: unknown): string {
  return value === undefined ? 'not stated' : (JSON.stringify(value) ?? String(value)).slice(0, 200);
}
