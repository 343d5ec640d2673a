import type { Constraints } from '../../contracts/application-spec.ts';
import { cloudNames } from '../../contracts/values.ts';
import { isCountry } from './countries.ts';
import type { KnownWorld } from './known.ts';
import { closest, closeTo, type Finding, type Path } from './problem.ts';

/** `*` stands for any run of characters. */
export function matches(pattern: string, name: string): boolean {
  // Nearly all are plain names, and a thousand services have many of them.
  if (!pattern.includes('*')) return pattern === name;
  const parts = pattern.split('*').map((part) => part.replaceAll(/[^a-z0-9-]/g, String.raw`\$&`));
  return new RegExp(`^${parts.join('.*')}$`).test(name);
}

/** Names in constraints that nothing in the world answers to: almost always a misspelling, and silent otherwise. */
export function checkKnownNames(
  constraints: Constraints,
  path: Path,
  known: KnownWorld | undefined,
): readonly Finding[] {
  const clouds = patterns(constraints.clouds, [...path, 'clouds'], { names: cloudNames, what: 'cloud' });
  if (known === undefined) return clouds;
  return [
    ...clouds,
    ...patterns(constraints.regions, [...path, 'regions'], { names: regionNames(known), what: 'region' }),
    ...jurisdictions(constraints, path, known),
    ...places(constraints, path, known),
    ...runtime(constraints, path, known),
  ];
}

/** A region answers to its full and to its short name. */
function regionNames({ regions }: KnownWorld): readonly string[] {
  return [...regions, ...new Set(regions.map((id) => id.slice(id.indexOf('/') + 1)))];
}

interface Vocabulary {
  readonly names: readonly string[];
  readonly what: string;
}

function patterns(lists: Constraints['regions'], path: Path, { names, what }: Vocabulary): readonly Finding[] {
  return (['allow', 'deny'] as const).flatMap((list) =>
    (lists?.[list] ?? []).flatMap((pattern, index): Finding[] => {
      // The catalogue does not know the regions of a private cloud.
      if (pattern.startsWith('private/') || names.some((name) => matches(pattern, name))) return [];
      const suggestion = closest(pattern, names);
      return [
        {
          path: [...path, list, index],
          found: pattern,
          message: `"${pattern}" matches no known ${what}`,
          allowed: closeTo(pattern, names),
          ...(suggestion && { suggestion }),
        },
      ];
    }),
  );
}

function jurisdictions({ dataResidency = [] }: Constraints, path: Path, known: KnownWorld): readonly Finding[] {
  return dataResidency.flatMap((code, index): Finding[] => {
    if (known.jurisdictions.includes(code)) return [];
    const at = { path: [...path, 'dataResidency', index], found: code };
    if (isCountry(code)) return [{ ...at, message: `no known region lies in ${code}`, severity: 'warning' }];
    return [{ ...at, message: `"${code}" is neither a country nor a bloc`, allowed: known.jurisdictions }];
  });
}

function places({ latency = [] }: Constraints, path: Path, known: KnownWorld): readonly Finding[] {
  return latency.flatMap(({ from }, index): Finding[] => {
    if (known.places.includes(from)) return [];
    const suggestion = closest(from, known.places);
    return [
      {
        path: [...path, 'latency', index, 'from'],
        found: from,
        message: `"${from}" is not a known place`,
        allowed: closeTo(from, known.places),
        ...(suggestion && { suggestion }),
      },
    ];
  });
}

function runtime({ nodes }: Constraints, path: Path, known: KnownWorld): readonly Finding[] {
  if (nodes?.runtime === undefined || known.runtimes.includes(nodes.runtime)) return [];
  const suggestion = closest(nodes.runtime, known.runtimes);
  return [
    {
      path: [...path, 'nodes', 'runtime'],
      found: nodes.runtime,
      message: `"${nodes.runtime}" is not a known runtime`,
      allowed: known.runtimes,
      ...(suggestion && { suggestion }),
    },
  ];
}
