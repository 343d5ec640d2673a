import { prices, type Metered, type Usage } from './prices.ts';

/**
 * How much the hub uses. What is counted was counted in one run of examples/shop.yaml (5 services, 6 deployments) against the sandbox at its
 * realistic speed; what is assumed is meant to be too much rather than too little.
 */
export const counted = {
  /** From application.submitted to rollout.completed: 132 events for 6 deployments, their looks at starting containers included. */
  eventsPerDeployment: 22,
  /** A look at what runs: deployment.observe and deployment.reported. */
  eventsPerLook: 2,
  eventKilobytes: 0.75,
} as const;

export const assumed = {
  /** Time and memory of one invocation. */
  seconds: 0.15,
  memoryGb: 0.5,
  /** Looks at an empty queue: Lambda keeps five of them open, each for 20 s. */
  emptyReceivesPerMonth: (5 * 30 * 86_400) / 20,
  logKilobytes: 1,
  tracedShare: 0.05,
  remoteSeconds: 1,
  /** A sweep's events: the tick, what looks through three sources, the files it finds there, and the steps of judging. */
  eventsPerCostSweep: 1 + 3 + 3 + 7,
  /** To fetch a bill and read it, at what its function has of memory; and what of it stays. */
  importSeconds: 60,
  importMemoryGb: 2,
  ledgerGb: 1,
  /** Subscriptions that are handled in every hour of the month: each has a metric of its own. */
  busyConsumers: 12,
} as const;

export const minutesPerMonth = 30 * 1440;
/** As infra/aws/schedules.ts rounds it: the Scheduler knows whole minutes. */
export const minutesBetweenSweeps = (reconcileSeconds: number): number =>
  Math.max(1, Math.round(reconcileSeconds / 60));

export interface Hub {
  /** Functions that read a queue. */
  readonly queues: number;
  readonly alarms: number;
  readonly reconcileSeconds: number;
}

/** An event on its way: committed, relayed from the stream, published, delivered to its reader and to the log, handled. */
export function perEvent(): Usage {
  const invocations = 3;
  const { memoryGb, seconds } = assumed;
  return {
    event: 1,
    archiveGb: counted.eventKilobytes / 1e6,
    queueRequest: 2 * 3,
    lambdaRequest: invocations,
    lambdaGbSecond: invocations * memoryGb * seconds,
    // In one transaction, which counts twice: a record, the mark, the outbox item. Then the removal, and the log with its counter.
    tableWrite: 3 * 2 + 1 + 2 * 2,
    tableRead: 3,
    keyRequest: 0.1,
    logGb: (invocations * assumed.logKilobytes) / 1e6,
    trace: invocations * assumed.tracedShare,
    tableGb: counted.eventKilobytes / 1e6,
  };
}

/** A month in which nobody deploys and nothing runs. */
export function idleMonth({ queues, alarms }: Hub): Usage {
  const sweeps = minutesPerMonth;
  return {
    queueRequest: queues * assumed.emptyReceivesPerMonth,
    alarm: alarms,
    // Lag and what is left over.
    metric: 2,
    dashboard: 1,
    key: 1,
    zone: 1,
    // One sweep a minute: 16 shards of 7 owners, half a unit each when they are empty.
    schedule: sweeps,
    lambdaRequest: sweeps,
    lambdaGbSecond: sweeps * assumed.memoryGb * 1,
    tableRead: sweeps * 7 * 16 * 0.5,
    trace: sweeps * assumed.tracedShare,
    logGb: (sweeps * assumed.logKilobytes) / 1e6,
  };
}

/** What looking after deployments adds to it, for a month. */
export function watching(deployments: number, { reconcileSeconds }: Hub): Usage {
  const looks = minutesPerMonth / minutesBetweenSweeps(reconcileSeconds);
  const events = times(perEvent(), looks * (1 + deployments * counted.eventsPerLook));
  return { ...events, metric: assumed.busyConsumers };
}

export const deploying = (deployments: number): Usage => times(perEvent(), deployments * counted.eventsPerDeployment);

/** A month of daily sweeps over three sources, each with a bill that has changed. */
export function sweepingCosts(): Usage {
  const { eventsPerCostSweep, importSeconds, importMemoryGb, ledgerGb } = assumed;
  const events = times(perEvent(), 30 * eventsPerCostSweep);
  return {
    ...events,
    lambdaGbSecond: (events.lambdaGbSecond ?? 0) + 30 * 3 * importSeconds * importMemoryGb,
    bucketGb: ledgerGb,
  };
}

/** Commands to another cloud's function: the relay's invocation is in its event. */
export function remote(cloud: 'azure' | 'gcp', commands: number): Usage {
  const seconds = commands * assumed.remoteSeconds;
  if (cloud === 'azure') return { flexExecution: commands, flexGbSecond: seconds * 0.5 };
  return { runRequest: commands, runCpuSecond: seconds, runGibSecond: seconds * 0.5 };
}

export function times(usage: Usage, factor: number): Usage {
  return Object.fromEntries(Object.entries(usage).map(([name, amount]) => [name, amount * factor]));
}

export function dollarsOf(usage: Usage): number {
  return Object.entries(usage).reduce((sum, [name, amount]) => sum + dollars(name as Metered, amount), 0);
}

export const dollars = (name: Metered, amount: number): number => (amount * prices[name].dollars) / prices[name].units;
