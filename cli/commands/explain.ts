import { call, connect, find, type Connection, type ConnectionOptions } from '../client.ts';
import { paint, print, printJson } from '../output.ts';
import { printRejection, type ExplainedRejection } from '../rejection.ts';
import {
  printEstimates,
  printLinks,
  printServices,
  printTotals,
  type PlannedLink,
  type PlannedService,
  type PlanTotals,
} from '../show-plan.ts';

interface Decision extends PlanTotals {
  readonly generation: number;
  readonly services: readonly PlannedService[];
  readonly links: readonly PlannedLink[];
}

type OneService = PlannedService & { readonly generation: number };

/**
 * `homeostasis explain <application> [service]`: the decision that is in force, with every candidate; and apart from it the last
 * change that was refused or failed, as long as nothing newer runs.
 */
export async function explain(
  application: string,
  service: string | undefined,
  options: ConnectionOptions & { readonly json?: boolean },
): Promise<void> {
  const base = `/v1/applications/${encodeURIComponent(application)}`;
  const connection = connect(options);
  const found = await find<ExplainedRejection>(connection, { path: `${base}/rejection` });
  const rejection = service === undefined ? found : about(service, found);
  const path = service === undefined ? `${base}/decision` : `${base}/decision/${encodeURIComponent(service)}`;
  // Where something was refused there may be nothing else: a first submission that found no place.
  const decision = await read<Decision | OneService>(connection, path, rejection?.services !== undefined);
  if (options.json) return printJson({ ...decision, ...(rejection === undefined ? {} : { lastRejection: rejection }) });
  if (decision !== undefined) {
    if (rejection !== undefined) print(paint('bold', `In force: generation ${decision.generation}`));
    show(decision);
  }
  if (rejection === undefined) return;
  print(`${decision === undefined ? '' : '\n'}${paint('bold', 'Not in force')}`);
  printRejection(rejection);
}

async function read<T>(connection: Connection, path: string, mayBeAbsent: boolean): Promise<T | undefined> {
  const what = { path, query: { explain: true } };
  return mayBeAbsent ? find<T>(connection, what) : (await call<T>(connection, what)).body;
}

/** What it says of one service; a rejection that is about others only is not its. */
function about(service: string, rejection: ExplainedRejection | undefined): ExplainedRejection | undefined {
  if (rejection?.services === undefined) return rejection;
  const services = rejection.services.filter((each) => each.service === service);
  return services.length === 0 ? undefined : { ...rejection, services };
}

function show(decision: Decision | OneService): void {
  if (!('services' in decision)) return printServices([decision], { candidates: true });
  printServices(decision.services, { candidates: true });
  printEstimates(decision.services);
  printLinks(decision.links);
  printTotals(decision);
}
