import type { ApplicationSpec, ServiceSpec } from '../../contracts/application-spec.ts';
import { ApplicationSpec as applicationSchema } from '../../contracts/application-spec.ts';
import { checkSchema } from './check-schema.ts';
import type { JsonSchema } from './json-schema.ts';
import type { KnownWorld } from './known.ts';
import { closest, closeTo, fieldOf, type Finding, type Path } from './problem.ts';
import { checkCost } from './validate-cost.ts';
import { checkApplicationPlacement, checkConstraints } from './validate-placement.ts';
import { checkNames, checkServiceNames } from './validate-names.ts';
import { checkRecovery } from './validate-recovery.ts';
import { checkTraffic } from './validate-traffic.ts';

export interface Validation {
  /** Present when nothing is wrong. */
  readonly spec?: ApplicationSpec;
  readonly errors: readonly Finding[];
  /** Worth telling, not worth refusing. */
  readonly warnings: readonly Finding[];
}

/**
 * Checks a document that is already plain data (as an API receives it): first its shape, then its sense. Pure.
 * @param known names outside the document (clouds, regions, places); without it they are not checked.
 */
export function validateApplication(value: unknown, known?: KnownWorld): Validation {
  const shape = checkSchema(applicationSchema as unknown as JsonSchema, value);
  // The sense of a document whose shape is wrong would be a guess.
  if (shape.length > 0) return { errors: shape, warnings: [] };
  const spec = value as ApplicationSpec;
  const findings = [
    ...checkServiceNames(spec.spec.services),
    ...checkApplicationPlacement(spec, known),
    ...spec.spec.services.flatMap((service, index) => checkService(service, ['spec', 'services', index], known)),
    ...checkLinks(spec.spec.services),
  ];
  const errors = findings.filter(({ severity }) => severity === undefined);
  const warnings = findings.filter(({ severity }) => severity === 'warning');
  return { ...(errors.length === 0 ? { spec } : {}), errors, warnings };
}

/** A finding without a place in a text, in one line: for API answers. */
export function formatFinding({ path, message, allowed, suggestion }: Finding): string {
  const field = path.length === 0 ? '' : `${fieldOf(path)}: `;
  const options = allowed === undefined ? '' : `; allowed: ${allowed.slice(0, 30).join(', ')}`;
  return `${field}${message}${options}${suggestion === undefined ? '' : ` (did you mean "${suggestion}"?)`}`;
}

function checkService(service: ServiceSpec, path: Path, known: KnownWorld | undefined): readonly Finding[] {
  return [
    ...checkNames(service, path),
    ...checkTraffic(service, path),
    ...checkConstraints(service, path, known),
    ...checkRecovery(service, path, known),
    ...checkCost(service, path, known),
  ];
}

/** Links may form cycles (services call each other); they may not lead nowhere or to themselves. */
function checkLinks(services: readonly ServiceSpec[]): readonly Finding[] {
  const names = new Set(services.map(({ name }) => name));
  return services.flatMap((service, index) => linkFindings(service, ['spec', 'services', index, 'links'], names));
}

function linkFindings({ name, links = [] }: ServiceSpec, path: Path, names: ReadonlySet<string>): readonly Finding[] {
  const seen = new Set<string>();
  return links.flatMap(({ to }, index): Finding[] => {
    const at = { path: [...path, index, 'to'], found: to };
    const again = seen.has(to);
    seen.add(to);
    if (to === name) return [{ ...at, message: `"${to}" links to itself` }];
    if (!names.has(to)) return [linkToNothing(at, to, names)];
    return again ? [{ ...at, message: `a second link to "${to}"; add their traffic up in one` }] : [];
  });
}

function linkToNothing(at: Pick<Finding, 'path' | 'found'>, to: string, names: ReadonlySet<string>): Finding {
  const suggestion = closest(to, names);
  return {
    ...at,
    message: `links to "${to}", and no service is called that`,
    allowed: closeTo(to, [...names], 10),
    ...(suggestion && { suggestion }),
  };
}
