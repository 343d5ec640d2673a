import { judged, unmeasured, type Verdict } from '../verdict.ts';
import type { Row } from './bench.ts';

/**
 * What users pay for. Calls are those of the hub's functions, sweeps and looks at what starts included; how many looks there are hangs on how
 * long containers take, so the budgets leave room for a slow machine and none for a second transaction where one was.
 */
export const budget = { callsPerService: 120, dollarsPerThousand: 6, idleDollars: 15 };

export function verdicts(rows: readonly Row[], lack?: string): Verdict[] {
  const [row] = rows;
  const calls = { what: 'AWS calls of the hub for a service', target: `at most ${budget.callsPerService}` };
  if (row === undefined) return [unmeasured(calls, lack ?? 'nothing was deployed')];
  const { callsPerService, dollars, idleDollarsPerMonth } = row.cost;
  const money = (amount: number): string => `$${amount.toFixed(2)}`;
  const thousand = {
    what: '1,000 deploys of an application with five services',
    target: `at most ${money(budget.dollarsPerThousand)}`,
  };
  const idle = { what: 'a month of standing still', target: `at most ${money(budget.idleDollars)}` };
  return [
    judged(calls, callsPerService.toFixed(1), callsPerService <= budget.callsPerService),
    judged(thousand, money(dollars.hub * 1000), dollars.hub * 1000 <= budget.dollarsPerThousand),
    judged(idle, money(idleDollarsPerMonth), idleDollarsPerMonth <= budget.idleDollars),
  ];
}
