import {
  counted,
  deploying,
  dollars,
  dollarsOf,
  idleMonth,
  remote,
  sweepingCosts,
  watching,
  type Hub,
} from './model.ts';
import { standbyEvents, standbyMonth, sum } from './standby.ts';
import { prices, type Metered, type Usage } from './prices.ts';

const money = (amount: number): string => (amount > 0 && amount < 0.005 ? 'under 0.01' : amount.toFixed(2));
const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 2, notation: 'compact' });
const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

/** The pages' tables, computed: infra/costs.test.ts holds the page against them. */
export function costTables(hub: Hub): string {
  const idle = idleMonth(hub);
  const slow = { ...hub, reconcileSeconds: 300 };
  const standing = (deployments: number, of: Hub): string[] => [
    money(dollarsOf(watching(deployments, of))),
    money(dollarsOf(remote('azure', looks(deployments, of)))),
    money(dollarsOf(remote('gcp', looks(deployments, of)))),
  ];
  const loads = [
    ['nothing deployed', '–', '–', '–'],
    ['6 deployments, a sweep each minute', ...standing(6, hub)],
    ['6 deployments, a sweep each 5 minutes', ...standing(6, slow)],
    ['100 deployments, a sweep each 5 minutes', ...standing(100, slow)],
  ];
  return [
    row([
      'a month of standing still',
      'hub: on top of its idle $',
      'Azure $, were all of them there',
      'Google Cloud $, were all of them there',
    ]),
    row(['---', '---:', '---:', '---:']),
    ...loads.map(row),
    '',
    row(['load', 'hub $']),
    row(['---', '---:']),
    row(['1,000 deployments submitted and brought up', money(dollarsOf(deploying(1000)))]),
    row(['a month of daily sweeps over three sources of bills', money(dollarsOf(sweepingCosts()))]),
    row([
      '1,000,000 requests to the API, without what they cause',
      money(dollars('apiRequest', 1e6) + dollars('lambdaRequest', 1e6)),
    ]),
    '',
    ...itemised('idle, by the month', idle),
    '',
    ...standbyTables(hub),
  ].join('\n');
}

/** What `hub.standby` costs on top of it all. */
function standbyTables(hub: Hub): string[] {
  const slow = { ...hub, reconcileSeconds: 300 };
  const month = (deployments: number, of: Hub): string =>
    money(dollarsOf(sum([standbyMonth(of), standbyEvents(looks(deployments, of) * counted.eventsPerLook)])));
  return [
    row(['with a standby hub: a month on top', '$']),
    row(['---', '---:']),
    row(['nothing deployed', month(0, hub)]),
    row(['6 deployments, a sweep each 5 minutes', month(6, slow)]),
    row(['100 deployments, a sweep each 5 minutes', month(100, slow)]),
    '',
    ...itemised('a standby hub, idle, by the month', standbyMonth(hub)),
  ];
}

/** Of deployments in a month: one command for each. */
const looks = (deployments: number, { reconcileSeconds }: Hub): number =>
  (deployments * 30 * 86_400) / Math.max(60, Math.round(reconcileSeconds / 60) * 60);

function itemised(title: string, usage: Usage): string[] {
  const items = (Object.entries(usage) as [Metered, number][])
    .map(([name, amount]) => ({ amount, cost: dollars(name, amount), ...prices[name] }))
    .toSorted((a, b) => b.cost - a.cost);
  return [
    row([title, 'amount', 'price', '$', 'source of the price']),
    row(['---', '---:', '---', '---:', '---']),
    ...items.map(({ what, amount, dollars: price, per, cost, source }) =>
      row([what, whole.format(amount), `${price} per ${per}`, money(cost), source]),
    ),
    row(['**together**', '', '', `**${money(dollarsOf(usage))}**`, '']),
  ];
}
