import type { Hub } from './hub.ts';

/** What AWS was asked on the way, by service and action, and for each service that was deployed. */
export function costOf({ calls, functions }: Hub, services: number): readonly string[] {
  const seen = [...calls.seen()];
  const sum = seen.reduce((all, [, count]) => all + count, 0);
  const runs = [...functions.runs].map(([name, { count }]) => `${name} ${count}`).join(', ');
  return [
    `AWS calls: ${sum}, ${(sum / services).toFixed(1)} for each of ${services} deployments`,
    ...seen.map(([name, count]) => `  ${name.padEnd(36)} ${String(count).padStart(5)}`),
    `invocations: ${runs}`,
  ];
}
