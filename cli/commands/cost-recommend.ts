import { recommendationStates } from '../../shared/contracts/cost-values.ts';
import { counted } from '../../shared/domain/counted.ts';
import { connect, type Connection, type ConnectionOptions } from '../client.ts';
import { money, percent } from '../cost/money.ts';
import { colourOf, recommendationOf, type Recommendation } from '../cost/recommendations.ts';
import { specDiff } from '../cost/spec-diff.ts';
import { CliError, exitCode } from '../exit.ts';
import { printTable } from '../fit.ts';
import { paint, print, printJson, table } from '../output.ts';
import { readAll } from '../recovery/read.ts';
import { moment } from '../recovery/show.ts';
import { unknown } from '../scope.ts';

interface RecommendOptions extends ConnectionOptions {
  readonly state?: string;
  readonly application?: string;
  readonly json?: boolean;
}

/** What somebody can still act on, or wait for, unless states are named. */
const current = 'open,accepted,applied,live,verified,unprofitable,unclear,reverting,refused,failed';

/** `homeostasis cost recommend [id]` */
export async function recommend(id: string | undefined, options: RecommendOptions): Promise<void> {
  const connection = connect(options);
  if (id !== undefined) return one(connection, id, options);
  const { application, state = current } = options;
  if (state !== 'all') mustBeStates(state);
  const query = { application, ...(state === 'all' ? {} : { state }) };
  const found = await readAll<Recommendation>(connection, 'cost/recommendations', query);
  const best = found.sort((a, b) => b.monthlySavingMicros - a.monthlySavingMicros);
  if (options.json) return printJson({ recommendations: best });
  if (best.length === 0) return print(nothingOf(options));
  list(best);
  for (const line of totals(best)) print(line);
}

/**
 * Savings of one service are shares of the same cost: they are added as they would follow each other, the best first. What would be
 * promised to a provider shrinks with everything that is saved before.
 */
function totals(all: readonly Recommendation[]): string[] {
  const open = all.filter(({ state }) => state === 'open');
  const sum = (some: readonly Recommendation[]): number =>
    some.reduce((total, each) => total + (each.addedSavingMicros ?? 0), 0);
  const [ours, bought] = [open.filter(({ kind }) => kind !== 'commitment'), open.filter(isCommitment)].map(sum);
  return [
    ...(ours ? [`\n${paint('green', money(ours))} a month by those that are open, together`] : []),
    ...(bought ? [`${money(bought)} a month by commitments, of what is spent now: buy them after the others`] : []),
  ];
}

const isCommitment = ({ kind }: Recommendation): boolean => kind === 'commitment';

/** A state that there is not would find nothing, and look as if there were nothing to find. */
function mustBeStates(text: string): void {
  const states: readonly string[] = recommendationStates;
  const odd = text.split(',').find((each) => !states.includes(each));
  if (odd !== undefined) throw unknown('state of a recommendation', odd, [...states, 'all']);
}

function nothingOf({ state, application }: RecommendOptions): string {
  if (state === 'all' && application === undefined) return `nothing was ever recommended: ${takes}`;
  if (state === undefined && application === undefined) return `nothing is recommended: ${takes}`;
  const of = application === undefined ? '' : ` of application ${application}`;
  const now = state === undefined || state === 'all' ? '' : ` that is ${state.replaceAll(',', ' or ')}`;
  return `there is no recommendation${of}${now}: "npx homeostasis cost recommend --state all" has every one`;
}

const takes =
  'that takes some days of what services use ("npx homeostasis metrics") or of bills ("npx homeostasis cost import"), judged by "npx homeostasis cost sweep --wait"';

/** What is paid once is a matter of moves: without one there is no column for it. */
function list(best: readonly Recommendation[]): void {
  const isPaid = best.some(({ oneOffMicros, paybackDays }) => oneOffMicros !== 0 || paybackDays !== undefined);
  const shown = (cells: readonly string[]): readonly string[] =>
    cells.filter((_, i) => isPaid || !paidOnce.has(head[i] ?? ''));
  const figures = ['saves a month', ...paidOnce, 'sure'];
  printTable(
    shown(head),
    best.map((each) => shown(row(each))),
    { figures, whole: ['recommendation'] },
  );
}

const paidOnce: ReadonlySet<string> = new Set(['once', 'paid back']);

const head = ['recommendation', 'saves a month', 'once', 'paid back', 'sure', 'risk', 'state', 'why'];

function row(each: Recommendation): string[] {
  const { id, state, monthlySavingMicros, oneOffMicros, paybackDays, confidence, risk, reason } = each;
  return [
    id,
    money(monthlySavingMicros),
    oneOffMicros === 0 ? '-' : money(oneOffMicros),
    paybackDays === undefined ? '-' : `${Math.ceil(paybackDays)} d`,
    percent(confidence),
    risk,
    paint(colourOf(state), state),
    reason,
  ];
}

async function one(connection: Connection, id: string, { json, state, application }: RecommendOptions): Promise<void> {
  if (state !== undefined || application !== undefined) {
    throw new CliError(exitCode.badInput, '--state and --application choose from the list: one is named already');
  }
  const found = await recommendationOf(connection, id);
  if (json) return printJson(found);
  show(found);
  const diff = await specDiff(connection, found);
  if (diff.length > 0) print();
  for (const line of diff) print(coloured(line));
  if (found.state === 'open' && found.change.length > 0) print(`\ncarry it out: npx homeostasis cost apply ${id}`);
}

function show(found: Recommendation): void {
  const { id, kind, application, service, state, why, reason, evidence, history, verdict, insteadOf } = found;
  print(`${paint('bold', id)}  ${paint(colourOf(state), state)}  ${kind} of ${application}/${service}`);
  print(`  ${reason}`);
  print(`  ${paint('dim', `${state}: ${why}`)}`);
  print(`  ${amounts(found)}`);
  if (verdict !== undefined) print(`  ${verdictOf(verdict)}`);
  if (insteadOf.length > 0) print(`  instead of ${insteadOf.join(', ')}: one of them, not all`);
  const rows = evidence.map((each) => [`  ${each.name}`, figureOf(each)]);
  if (rows.length > 0) print(`\n${table(['  evidence', ''], rows)}`);
  const steps = history.map((each) => [`  ${moment(each.at)}`, each.state, each.why]);
  if (steps.length > 1) print(`\n${table(['  since', 'state', 'why'], steps)}`);
}

/** Units are those of UCUM, with money: shares, and what is counted, are told as people say them. */
function figureOf({ value, unit = '' }: Recommendation['evidence'][number]): string {
  if (typeof value === 'string') return value;
  if (unit === '1') return percent(value);
  // What is committed is so much an hour: cents are too coarse for it.
  if (unit === 'USD/h') return `$${value} an hour`;
  if (unit.startsWith('USD/month')) return `${money(value * 1e6)} a month${unit.slice('USD/month'.length)}`;
  const rounded = Number(value.toFixed(3));
  const noun = /^\{(.+)\}$/.exec(unit)?.[1];
  return noun === undefined ? `${rounded} ${unit}`.trimEnd() : counted(rounded, noun);
}

function amounts({ monthlySavingMicros, oneOffMicros, paybackDays, confidence, risk }: Recommendation): string {
  const once = oneOffMicros === 0 ? '' : `, ${money(oneOffMicros)} once`;
  const back = paybackDays === undefined ? '' : `, paid back in ${Math.ceil(paybackDays)} days`;
  return `saves ${paint('green', money(monthlySavingMicros))} a month${once}${back}; ${percent(confidence)} sure, risk ${risk}`;
}

function verdictOf({
  outcome,
  currency,
  promisedMicros,
  savedMicros,
  from,
  to,
  reason,
}: NonNullable<Recommendation['verdict']>) {
  const colour = { paid: 'green', 'did-not-pay': 'red', unclear: 'yellow' } as const;
  const saved = `${money(savedMicros, currency)} of ${money(promisedMicros, currency)} a month`;
  return `${paint(colour[outcome], outcome.replaceAll('-', ' '))}: ${saved}, by bills of ${from} to ${to}: ${reason}`;
}

function coloured(line: string): string {
  if (/^(---|\+\+\+) /.test(line)) return paint('bold', line);
  if (line.startsWith('@@')) return paint('cyan', line);
  if (line.startsWith('+')) return paint('green', line);
  return line.startsWith('-') ? paint('red', line) : line;
}
