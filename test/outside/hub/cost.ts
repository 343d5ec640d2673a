import { dollars, dollarsOf, idleMonth } from '../../../infra/costs/model.ts';
import { hub as idleHub } from '../../../infra/costs/hub.ts';
import { prices, type Metered, type Usage } from '../../../infra/costs/prices.ts';
import { sum, type Call } from './calls.ts';
import type { Hub } from './hub.ts';

/** What one deployment of an application cost, as AWS counts. */
export interface Cost {
  readonly services: number;
  /** Calls of the hub's functions, without those of the API. */
  readonly calls: readonly Call[];
  /** Calls of the API's function: the submission, reports of other clouds, and whoever waits and looks. */
  readonly apiCalls: readonly Call[];
  readonly callsPerService: number;
  /** What the hub's functions cost, by what is paid for. */
  readonly parts: readonly (readonly [string, number])[];
  /** Of the hub's functions, and of the API with those who wait for the end. */
  readonly dollars: { readonly hub: number; readonly api: number };
  readonly idleDollarsPerMonth: number;
}

/** Begins to count; what came before is not in it. */
export function startCounting({ calls, functions, gateway }: Hub): (services: number) => Cost {
  calls.begin();
  const before = new Map(functions.runs);
  const requests = gateway.requests();
  return (services) => {
    const usage = calls.usage();
    let [hub, api]: [Usage, Usage] = [{}, { apiRequest: gateway.requests() - requests }];
    for (const [name, used] of usage) if (name === 'ingress') api = sum(api, used);
    for (const [name, used] of usage) if (name !== 'ingress') hub = sum(hub, used);
    for (const [name, { count, gbSeconds }] of functions.runs) {
      const { count: counted, gbSeconds: seconds } = before.get(name) ?? { count: 0, gbSeconds: 0 };
      const run: Usage = { lambdaRequest: count - counted, lambdaGbSecond: gbSeconds - seconds };
      // A batch is received and deleted, and what a rule puts on a queue is a request too.
      if (name === 'ingress') api = sum(api, run);
      else hub = sum(hub, { ...run, queueRequest: 3 * (count - counted) });
    }
    const seen = calls.seen();
    const own = seen.filter((call) => call.function !== 'ingress');
    return {
      services,
      calls: own,
      apiCalls: seen.filter((call) => call.function === 'ingress'),
      callsPerService: own.reduce((all, { count }) => all + count, 0) / services,
      parts: Object.entries(hub)
        .map(([name, amount]) => [prices[name as Metered].what, dollars(name as Metered, amount)] as const)
        .sort(([, a], [, b]) => b - a),
      dollars: { hub: dollarsOf(hub), api: dollarsOf(api) },
      idleDollarsPerMonth: dollarsOf(idleMonth(idleHub)),
    };
  };
}

/** A few lines for people. */
export function tellCost({
  services,
  calls,
  apiCalls,
  callsPerService,
  parts,
  dollars: of,
  idleDollarsPerMonth,
}: Cost): readonly string[] {
  const money = (amount: number): string => `$${amount.toFixed(2)}`;
  const lines = byAction(calls).map(([action, count]) => `  ${action.padEnd(36)} ${String(count).padStart(5)}`);
  const asked = apiCalls.reduce((all, { count }) => all + count, 0);
  return [
    `AWS calls of the hub: ${callsPerService.toFixed(1)} for each of ${services} services`,
    ...lines,
    `AWS calls of the API, whoever waits included: ${asked}`,
    `1,000 such deploys: ${money(of.hub * 1000)} and ${money(of.api * 1000)} for the API while somebody waits`,
    ...parts.map(([what, each]) => `  ${what.padEnd(36)} ${money(each * 1000).padStart(5)}`),
    `an idle month: ${money(idleDollarsPerMonth)} (list prices: infra/costs/prices.ts)`,
  ];
}

function byAction(calls: readonly Call[]): readonly (readonly [string, number])[] {
  const all = new Map<string, number>();
  for (const { action, count } of calls) all.set(action, (all.get(action) ?? 0) + count);
  return [...all].sort(([, a], [, b]) => b - a);
}
