import { focusRows } from '../../../services/cost/report/focus-rows.ts';
import { catalogue } from '../../../shared/catalogue/index.ts';
import { expectations, same, type Stage, type Tally } from '../check.ts';
import { conforming, wrong } from './conforming.ts';
import { interpret, type Dataset, type Row, type Verdict } from './interpret.ts';
import { readModel } from './model.ts';
import { mustBeReadAgain, printedRows, shopOnPlane } from './printed.ts';

const model = readModel();

/** What our estimates can say: measured use, unit prices, regions and tags; no accounts below accounts, no discounts, no zones. */
const ours = new Set([
  'ACCOUNT_NAMING_SUPPORTED',
  'USAGE_MEASUREMENT_SUPPORTED',
  'REGION_SUPPORTED',
  'TAGGING_SUPPORTED',
]);

const dataset = (rows: readonly Row[]): Dataset => ({ rows, columns: new Set(rows.flatMap(Object.keys)), meets: ours });

/** @throws Error that names every broken rule. */
export function mustConform(rows: readonly Row[]): Verdict {
  const verdict = interpret(model, dataset(rows));
  const broken = verdict.broken.map(({ rule, text, rows: count }) => `${rule} in ${count} rows: ${text}`);
  if (broken.length > 0) throw new Error(`${broken.length} rules do not hold:\n${broken.join('\n')}`);
  return verdict;
}

const dayMs = 86_400_000;
const now = Date.parse('2026-11-30T12:00:00Z');

/** A month on every offering that can be deployed to, moving once. */
function exported(): readonly Row[] {
  const targets = catalogue.offerings.filter(({ deployable }) => deployable.yes).map(({ id }) => id);
  return targets.flatMap((target, at) => {
    const rest = { low: 0, expected: 0, high: 0, traffic: 0 };
    const intervals = [
      { from: now - 40 * dayMs, to: now - 10.3 * dayMs, targets: { [target]: 1_234_567 * at }, ...rest },
      { from: now - 10.3 * dayMs, targets: { [target]: 98_765_432, [targets[0] ?? target]: 7 }, ...rest },
    ];
    const record = { application: 'shop', service: `service-${at}`, generation: 1, intervals };
    return focusRows(record, '2026-11', now);
  });
}

/** Our estimates by the Foundation's rules; and the rules' interpreter, which must find each single fault. */
export async function checkFocus(stage: Stage): Promise<Tally> {
  const { expect, tally } = expectations(stage);
  await expect('estimates on every offering, a month of days, break no rule', () => {
    const rows = exported();
    const { held, silent, advised } = mustConform(rows);
    stage.log(`${rows.length} rows, ${held.length} rules held, ${silent.inWords.length} are in words only\n`);
    for (const { rule, text } of advised) stage.log(`advised: ${rule}: ${text}\n`);
    if (held.length < 100) throw new Error(`only ${held.length} rules said anything`);
    return Promise.resolve();
  });
  await expect('what the command prints of a running shop breaks no rule, and is read as a bill again', async () => {
    const plane = await shopOnPlane(stage);
    const printed = await printedRows(plane);
    const { held } = mustConform(printed.rows);
    stage.log(`${printed.rows.length} rows printed, ${held.length} rules held\n`);
    if (printed.rows.length < 5 || held.length < 100)
      throw new Error(`${printed.rows.length} rows, ${held.length} rules`);
    await mustBeReadAgain(stage, plane, printed);
  });
  await expect('a dataset that conforms breaks no rule, and is held against more than a hundred', () => {
    const { held } = mustConform(conforming);
    if (held.length < 100) throw new Error(`only ${held.length} rules said anything`);
    return Promise.resolve();
  });
  await expect('every check function of the model is known', () => {
    const used = new Set(JSON.stringify(model.ModelRules).match(/(?<="CheckFunction":")\w+/g));
    same(
      [...used].filter((each) => !(each in model.CheckFunctions)),
      [],
      'functions that the model does not define',
    );
    return Promise.resolve();
  });
  for (const [what, change, rule] of wrong) {
    await expect(`${what} is found`, () => {
      const odd = { ...conforming[0], ...change } as Row;
      const { broken } = interpret(model, dataset([...conforming, odd]));
      if (!broken.some((each) => each.rule.startsWith(rule))) {
        throw new Error(`no rule of ${rule} broke; broken: ${broken.map((each) => each.rule).join(', ')}`);
      }
      return Promise.resolve();
    });
  }
  return tally();
}
