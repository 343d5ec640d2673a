import type { HookConfig } from '../../../shared/contracts/config-hooks.ts';
import type { Labels } from './fields.ts';

export type MapRule = NonNullable<HookConfig['map']>[number];

/** The first rule all of whose labels fit. */
export function ruleFor(labels: Labels, rules: readonly MapRule[] = []): MapRule | undefined {
  return rules.find(({ match }) =>
    Object.entries(match).every(([name, pattern]) => Object.hasOwn(labels, name) && like(pattern, labels[name] ?? '')),
  );
}

/** A * in front or behind stands for anything. */
function like(pattern: string, value: string): boolean {
  const [front, behind] = [pattern.startsWith('*'), pattern.length > 1 && pattern.endsWith('*')];
  const core = pattern.slice(front ? 1 : 0, behind ? -1 : undefined);
  if (front && behind) return value.includes(core);
  if (front) return value.endsWith(core);
  return behind ? value.startsWith(core) : value === core;
}
