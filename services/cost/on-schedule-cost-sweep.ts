import { costSweepDue } from '../../shared/contracts/cost-sweep-due.ts';
import { scheduleCostSweep } from '../../shared/contracts/schedule-cost-sweep.ts';
import { handler, nothing, type Handler } from '../../shared/pipeline/handler.ts';
import { judgeSoon } from './bills/judge-soon.ts';
import type { CostGiven } from './given.ts';

/**
 * Each source of bills is looked through on its own, so that one that does not answer holds up no other. The sweep is known by its
 * correlation: whatever comes of it carries it.
 */
export const onScheduleCostSweep = ({ billSources }: CostGiven): Handler =>
  handler({
    consumer: 'cost/on-schedule-cost-sweep',
    contract: scheduleCostSweep,
    handle: async ({ data: { sources }, correlationid, dryrun }, context) => {
      if (dryrun) return nothing;
      const asked = billSources.filter(({ name }) => sources === undefined || sources.includes(name));
      const { writes = [], events = [] } = await judgeSoon(correlationid, context);
      return {
        writes,
        events: [...asked.map(({ name }) => costSweepDue.draft({ sweep: correlationid, source: name })), ...events],
      };
    },
  });
