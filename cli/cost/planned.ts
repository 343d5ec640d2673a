import { counted } from '../../shared/domain/counted.ts';
import { dollars, paint, print, table } from '../output.ts';
import {
  printEstimates,
  printRejected,
  printTotals,
  type PlannedLink,
  type PlannedService,
  type PlanTotals,
} from '../show-plan.ts';

/** A plan, as far as it tells of money. */
export type CostPlan = { readonly application: string; readonly generation: number } & (
  | ({
      readonly feasible: true;
      readonly services: readonly PlannedService[];
      readonly links: readonly PlannedLink[];
    } & PlanTotals)
  | {
      readonly feasible: false;
      readonly infeasible: readonly (Pick<PlannedService, 'service' | 'rejected'> & { readonly message: string })[];
    }
);

/** What an application would cost, and nothing else of its plan. */
export function showPlanned(plan: CostPlan, apart: boolean): void {
  if (apart) print();
  print(
    `${paint('bold', plan.application)}, as generation ${plan.generation} (estimated for a month of 730 hours; nothing is changed by this)`,
  );
  if (!plan.feasible) {
    print(paint('red', `It fits nowhere: no place for ${counted(plan.infeasible.length, 'service')}.`));
    for (const { service, message, rejected } of plan.infeasible) {
      print(`\n${paint('bold', service)}: ${message}`);
      printRejected(rejected ?? []);
    }
    return;
  }
  printEstimates(plan.services);
  showLinks(plan.links);
  printTotals(plan);
}

function showLinks(links: readonly PlannedLink[]): void {
  const paid = links.filter(({ gbPerMonth, micros }) => gbPerMonth > 0 || micros > 0);
  if (paid.length === 0) return;
  print();
  const rows = paid.map(({ from, to, gbPerMonth, micros }) => [`${from} → ${to}`, String(gbPerMonth), dollars(micros)]);
  print(table(['link', 'GB/month', '$/month'], rows, ['GB/month', '$/month']));
}
