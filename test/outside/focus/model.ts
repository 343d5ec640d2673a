import { readFileSync } from 'node:fs';

/** The parts of the rule model that say what data must be like. */
export interface Model {
  readonly ApplicabilityCriteria: Readonly<Record<string, unknown>>;
  readonly CheckFunctions: Readonly<Record<string, unknown>>;
  readonly ModelRules: Readonly<Record<string, Rule>>;
}

export interface Rule {
  /** Composite rules only gather others. */
  readonly Function: string;
  readonly Reference: string;
  readonly EntityType: string;
  /** What a provider must be able to for the rule to bind it. */
  readonly ApplicabilityCriteria: readonly string[];
  /** Dynamic: the model states it in words only. */
  readonly Type: 'Static' | 'Dynamic';
  readonly ValidationCriteria: {
    readonly MustSatisfy: string;
    readonly Keyword: string;
    readonly Requirement: Requirement | Nothing;
    readonly Condition: Requirement | Nothing;
  };
}

export type Nothing = Readonly<Record<string, never>>;

export interface Requirement {
  readonly CheckFunction: string;
  readonly Items?: readonly Requirement[];
  readonly ModelRuleId?: string;
  readonly ColumnName?: string;
  readonly Value?: string | number | null;
  readonly ColumnAName?: string;
  readonly ColumnBName?: string;
  readonly ResultColumnName?: string;
  readonly ExpectedCount?: number;
}

export function readModel(): Model {
  return JSON.parse(readFileSync(new URL('model-1.2.json', import.meta.url), 'utf8')) as Model;
}

export const isRequirement = (given: Requirement | Nothing): given is Requirement => 'CheckFunction' in given;
