import { basename } from 'node:path';
import { counted } from '../../shared/domain/counted.ts';
import { call, connect, type ConnectionOptions } from '../client.ts';
import { exitCode } from '../exit.ts';
import { readInput } from '../input.ts';
import { paint, print, printJson, table } from '../output.ts';
import {
  printEstimates,
  printLinks,
  printRejected,
  printServices,
  printTotals,
  type PlannedLink,
  type PlannedService,
  type PlanTotals,
} from '../show-plan.ts';

/** More are listed only on request. */
const mostLinks = 20;

interface Change {
  readonly service: string;
  readonly action: 'create' | 'update' | 'move' | 'scale' | 'remove' | 'keep';
  readonly before: readonly string[];
  readonly after: readonly string[];
  readonly fields: readonly string[];
}

type Plan = { readonly application: string; readonly generation: number } & (
  | ({
      readonly feasible: true;
      /** Why it would be refused none the less: a budget that is exceeded. */
      readonly refused?: string;
      readonly services: readonly PlannedService[];
      readonly changes: readonly Change[];
      readonly links: readonly PlannedLink[];
    } & PlanTotals)
  | {
      readonly feasible: false;
      readonly infeasible: readonly (Pick<PlannedService, 'service' | 'eligible' | 'rejected'> & {
        readonly message: string;
      })[];
    }
);

/** `homeostasis plan <file> [--explain]`; exits 1 when the application fits nowhere, or a budget does not let it in. */
export async function plan(
  file: string,
  options: ConnectionOptions & { readonly explain?: boolean; readonly json?: boolean },
): Promise<void> {
  const body = readInput(file);
  const name = file === '-' ? 'standard input' : basename(file);
  const { body: answer } = await call<{ readonly plans: readonly Plan[] }>(connect(options), {
    method: 'POST',
    path: '/v1/plan',
    query: { file: name, explain: options.explain === true },
    body,
    headers: { 'content-type': 'application/yaml' },
  });
  if (options.json) printJson(answer);
  else for (const each of answer.plans) show(each, options.explain === true);
  if (answer.plans.some((each) => !each.feasible || each.refused !== undefined)) process.exitCode = exitCode.failed;
}

function show(each: Plan, explain: boolean): void {
  print(`${paint('bold', each.application)}, as generation ${each.generation} (nothing is changed by this)`);
  if (!each.feasible) {
    print(paint('red', `It fits nowhere: no place for ${counted(each.infeasible.length, 'service')}.`));
    for (const { service, message, rejected } of each.infeasible) {
      print(`\n${paint('bold', service)}: ${message}`);
      printRejected(rejected ?? []);
    }
    return;
  }
  printServices(each.services, { candidates: explain });
  printEstimates(each.services);
  if (explain || each.links.length <= mostLinks) printLinks(each.links);
  else print(paint('dim', `${each.links.length} links; --explain lists them`));
  print();
  const changes = each.changes.filter(({ action }) => action !== 'keep');
  if (changes.length === 0) print('Nothing would change.');
  else print(table(['change', 'service', 'from', 'to'], changes.map(changeRow)));
  printTotals(each);
  if (each.refused !== undefined) print(paint('red', `It would be refused: ${each.refused}`));
}

const colours = {
  create: 'green',
  update: 'yellow',
  move: 'yellow',
  scale: 'yellow',
  remove: 'red',
  keep: 'dim',
} as const;

function changeRow({ action, service, before, after, fields }: Change): string[] {
  const what = fields.length > 0 ? `${action} (${fields.join(', ')})` : action;
  return [paint(colours[action], what), service, before.join(', ') || '-', after.join(', ') || '-'];
}
