import { isDateTime, isKeyValue, isNationalCurrency, isNumeric, isString, isUnit } from './formats.ts';
import { isRequirement, type Model, type Requirement, type Rule } from './model.ts';

/** A value of a row as text; null is FOCUS's null. */
export type Row = Readonly<Record<string, string | null>>;

export interface Dataset {
  readonly columns: ReadonlySet<string>;
  readonly rows: readonly Row[];
  /** Criteria of the model that the provider of the data meets. */
  readonly meets: ReadonlySet<string>;
}

export interface Broken {
  readonly rule: string;
  readonly text: string;
  /** Rows that break it; 0 where the dataset as a whole does. */
  readonly rows: number;
  readonly example?: Row;
}

export interface Verdict {
  readonly held: readonly string[];
  readonly broken: readonly Broken[];
  /** Rules that say SHOULD and do not hold. */
  readonly advised: readonly Broken[];
  /** Why the others said nothing. */
  readonly silent: Readonly<Record<'inWords' | 'optional' | 'notApplicable' | 'noColumn', readonly string[]>>;
}

/** True, false, or undefined: it says nothing of this row. */
type Truth = boolean | undefined;

/** Every rule of the model that is more than words, over a dataset. @throws Error for a check function nobody knows. */
export function interpret(model: Model, data: Dataset): Verdict {
  const held: string[] = [];
  const broken: Broken[] = [];
  const advised: Broken[] = [];
  const silent = {
    inWords: [] as string[],
    optional: [] as string[],
    notApplicable: [] as string[],
    noColumn: [] as string[],
  };
  const above = conditionsAbove(model);
  for (const [id, rule] of Object.entries(model.ModelRules)) {
    // What it gathers is judged by itself.
    if (rule.Function === 'Composite') continue;
    const why = silence(rule, data);
    if (why !== undefined) {
      silent[why].push(id);
      continue;
    }
    const inherited = above.get(id) ?? [];
    const found = judge(id, rule, { data, inherited });
    if (found === undefined) silent.noColumn.push(id);
    else if (found.rows === undefined) held.push(id);
    else (rule.ValidationCriteria.Keyword.startsWith('MUST') ? broken : advised).push({ ...found, rows: found.rows });
  }
  return { held, broken, advised, silent };
}

function silence({ Type, ValidationCriteria, ApplicabilityCriteria }: Rule, { meets }: Dataset) {
  const { Requirement, Keyword } = ValidationCriteria;
  if (Type === 'Dynamic' || !isRequirement(Requirement)) return 'inWords';
  if (Keyword === 'MAY') return 'optional';
  if (!ApplicabilityCriteria.every((each) => meets.has(each))) return 'notApplicable';
  return undefined;
}

/** Without rows: it holds. */
type Found = Omit<Broken, 'rows'> & { readonly rows?: number };

interface Against {
  readonly data: Dataset;
  /** Conditions of the rules that gather this one. */
  readonly inherited?: readonly Requirement[];
  /** Whether a rule binds a row, in place of what it demands. */
  readonly asking?: 'when';
}

function judge(id: string, rule: Rule, against: Against): Found | undefined {
  const { MustSatisfy: text, Requirement: wanted, Keyword } = rule.ValidationCriteria;
  if (!isRequirement(wanted)) return undefined;
  if (wanted.CheckFunction === 'ColumnPresent') {
    const present = against.data.columns.has(wanted.ColumnName ?? '');
    return present === (Keyword !== 'MUST NOT') ? { rule: id, text } : { rule: id, text, rows: 0 };
  }
  if (wanted.CheckFunction === 'CheckDistinctCount') return distinct(id, rule, against);
  const said = against.data.rows.map((row) => ruleOn(rule, row, against));
  if (said.every((each) => each === undefined)) return undefined;
  const rows = said.filter((each) => each === false).length;
  const example = against.data.rows[said.indexOf(false)];
  return { rule: id, text, ...(rows === 0 ? {} : { rows }), ...(example === undefined ? {} : { example }) };
}

/** For each value of A so many values of B. The model puts no condition on these. */
function distinct(id: string, { ValidationCriteria }: Rule, { data }: Against): Found | undefined {
  const { Requirement: wanted, MustSatisfy: text } = ValidationCriteria;
  const { ColumnAName: a = '', ColumnBName: b = '', ExpectedCount } = wanted;
  if (!data.columns.has(a) || !data.columns.has(b)) return undefined;
  const named = data.rows.filter((row) => (row[a] ?? null) !== null);
  const values = Map.groupBy(named, (row) => row[a]);
  const wrong = [...values.values()].filter(
    (rows) => new Set(rows.map((row) => row[b] ?? null)).size !== ExpectedCount,
  );
  return wrong.length === 0 ? { rule: id, text } : { rule: id, text, rows: wrong.flat().length };
}

function ruleOn(rule: Rule, row: Row, against: Against): Truth {
  const { Requirement, Condition } = rule.ValidationCriteria;
  if (!isRequirement(Requirement)) return undefined;
  const when: Against = { ...against, asking: 'when' };
  const binding = [...(against.inherited ?? []), Condition].filter(isRequirement);
  if (!binding.every((each) => truth(each, row, when) === true)) return undefined;
  return truth(Requirement, row, against);
}

/** What a composite rule says goes for the rules it gathers: "when PricingQuantity is not null, …". */
function conditionsAbove(model: Model): ReadonlyMap<string, readonly Requirement[]> {
  const above = new Map<string, readonly Requirement[]>();
  const pass = (to: Requirement, conditions: readonly Requirement[]): void => {
    for (const item of to.Items ?? []) pass(item, conditions);
    const rule = to.ModelRuleId === undefined ? undefined : model.ModelRules[to.ModelRuleId];
    if (to.ModelRuleId === undefined || rule === undefined) return;
    above.set(to.ModelRuleId, [...(above.get(to.ModelRuleId) ?? []), ...conditions]);
    const { Condition, Requirement: further } = rule.ValidationCriteria;
    if (isRequirement(further)) pass(further, [...conditions, ...[Condition].filter(isRequirement)]);
  };
  for (const whole of wholes(model)) pass(whole, []);
  return above;
}

/** The rule that stands for a whole dataset, column or attribute. */
const wholes = ({ ModelRules }: Model): readonly Requirement[] =>
  Object.entries(ModelRules)
    .filter(([id]) => /^[A-Za-z]+-[DCA]-000-/.test(id))
    .map(([, { ValidationCriteria }]) => ValidationCriteria.Requirement)
    .filter(isRequirement);

/** `CheckModelRule` stands in composite rules alone, whose parts are judged one by one. */
function truth(wanted: Requirement, row: Row, against: Against): Truth {
  switch (wanted.CheckFunction) {
    case 'AND':
      return all(wanted.Items ?? [], row, against);
    case 'OR':
      return any(wanted.Items ?? [], row, against);
    default:
      return value(wanted, row, against);
  }
}

function all(items: readonly Requirement[], row: Row, against: Against): Truth {
  const said = items.map((item) => truth(item, row, against));
  if (said.includes(false)) return false;
  return said.includes(true) ? true : undefined;
}

function any(items: readonly Requirement[], row: Row, against: Against): Truth {
  const said = items.map((item) => truth(item, row, against));
  if (said.includes(true)) return true;
  return said.includes(false) ? false : undefined;
}

/**
 * Checks of values. Of a demand, a column that is not there says nothing. Of a condition it is as if it were null: whoever knows no
 * commitments has no row with an unused one.
 */
function value(wanted: Requirement, row: Row, { data, asking }: Against): Truth {
  const names = [wanted.ColumnName, wanted.ColumnAName, wanted.ColumnBName, wanted.ResultColumnName];
  const lacking = names.some((name) => name !== undefined && !data.columns.has(name));
  if (lacking && asking !== 'when') return undefined;
  const check = checks[wanted.CheckFunction];
  if (check === undefined) throw new Error(`no check function is called ${wanted.CheckFunction}`);
  const said = check(wanted, (name) => row[name ?? ''] ?? null);
  return asking === 'when' ? (said ?? false) : said;
}

type Cell = (column: string | undefined) => string | null;

/** A form, asked of what is there. */
const form =
  (fits: (text: string) => boolean) =>
  ({ ColumnName }: Requirement, cell: Cell): Truth => {
    const text = cell(ColumnName);
    return text === null ? undefined : fits(text);
  };

function equals(text: string | null, wanted: Requirement['Value']): boolean {
  if (wanted === null || wanted === undefined || text === null) return text === (wanted ?? null);
  return typeof wanted === 'number' ? Number(text) === wanted : text === wanted;
}

/** Products of decimals differ in their last places: within a millionth of the result, or of a unit. */
function product(wanted: Requirement, cell: Cell): Truth {
  const cells = [wanted.ColumnAName, wanted.ColumnBName, wanted.ResultColumnName].map(cell);
  if (cells.includes(null)) return undefined;
  const [a = NaN, b = NaN, result = NaN] = cells.map(Number);
  return Math.abs(a * b - result) <= 1e-6 * Math.max(1, Math.abs(result));
}

const checks: Readonly<Record<string, (wanted: Requirement, cell: Cell) => Truth>> = {
  // As in SQL, null is neither equal nor unequal to a word: whether it may be null is a rule of its own.
  CheckValue: ({ ColumnName, Value }, cell) =>
    cell(ColumnName) === null && Value !== null ? undefined : equals(cell(ColumnName), Value),
  CheckNotValue: ({ ColumnName, Value }, cell) => !equals(cell(ColumnName), Value),
  CheckSameValue: ({ ColumnAName, ColumnBName }, cell) => cell(ColumnAName) === cell(ColumnBName),
  CheckNotSameValue: ({ ColumnAName, ColumnBName }, cell) => cell(ColumnAName) !== cell(ColumnBName),
  CheckGreaterOrEqualThanValue: (wanted, cell) => form((text) => Number(text) >= Number(wanted.Value))(wanted, cell),
  ColumnByColumnEqualsColumnValue: product,
  CheckDecimalValue: form(isNumeric),
  TypeDecimal: form(isNumeric),
  FormatNumeric: form(isNumeric),
  TypeString: form((text) => text.isWellFormed()),
  FormatString: form(isString),
  TypeDateTime: form(isDateTime),
  FormatDateTime: form(isDateTime),
  FormatUnit: form(isUnit),
  FormatKeyValue: form(isKeyValue),
  FormatCurrency: form((text) => isNationalCurrency(text) || (isString(text) && !/^[A-Z]{3}$/.test(text))),
  CheckNationalCurrency: form(isNationalCurrency),
};
