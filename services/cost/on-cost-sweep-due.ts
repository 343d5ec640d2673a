import { costSweepDue } from '../../shared/contracts/cost-sweep-due.ts';
import { handler, nothing, type Handler } from '../../shared/pipeline/handler.ts';
import { judgeStep } from './bills/judge-step.ts';
import { lookThrough } from './bills/look-through.ts';
import type { CostGiven } from './given.ts';

export const onCostSweepDue = (given: CostGiven): Handler =>
  handler({
    consumer: 'cost/on-cost-sweep-due',
    contract: costSweepDue,
    handle: async ({ data, dryrun }, context) => {
      if (dryrun) return nothing;
      const { source: name, sweep, after } = data;
      if (name === undefined) return judgeStep({ sweep, after, given, context });
      const source = given.billSources.find((each) => each.name === name);
      return source === undefined ? nothing : lookThrough(source, { sweep, after, context });
    },
  });
