import { call, connect, type ConnectionOptions } from '../client.ts';
import { printJson } from '../output.ts';
import { printServices, printTotals, type PlannedService, type PlanTotals } from '../show-plan.ts';

interface Decision extends PlanTotals {
  readonly services: readonly PlannedService[];
}

/** `homeostasis explain <application> [service]`: the decision that is in force, with every candidate. */
export async function explain(
  application: string,
  service: string | undefined,
  options: ConnectionOptions & { readonly json?: boolean },
): Promise<void> {
  const base = `/v1/applications/${encodeURIComponent(application)}/decision`;
  const connection = connect(options);
  if (service !== undefined) {
    const { body } = await call<PlannedService>(connection, { path: `${base}/${encodeURIComponent(service)}` });
    if (options.json) return printJson(body);
    return printServices([body], { candidates: true });
  }
  const { body } = await call<Decision>(connection, { path: base, query: { explain: true } });
  if (options.json) return printJson(body);
  printServices(body.services, { candidates: true });
  printTotals(body);
}
