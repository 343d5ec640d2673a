import type { Port, Workload } from '../../shared/contracts/workload.ts';
import type { Static } from 'typebox';
import type { Container, Probe } from './gcp-api.ts';
import { pullable } from './image.ts';
import { secretKeyRef } from './secret.ts';
import type { ResolvedSettings } from './settings.ts';

export type WorkloadPort = Static<typeof Port>;

/** Below this, Cloud Run runs an instance only while it answers a request. */
const wholeCpu = 1000;

/** MiB an instance needs at least when its CPU is always on or in the second generation environment (…/docs/configuring/memory-limits). */
const leastAlwaysOnMib = 512;

/** Seconds a startup probe may take over all its tries (…/docs/configuring/healthchecks: threshold × period). */
const longestStartup = 240;

/** The one container of a revision. `port` is absent for a worker. */
export function containerOf(workload: Workload, port: WorkloadPort | undefined, settings: ResolvedSettings): Container {
  return {
    image: pullable(workload.image, settings),
    ...(workload.command === undefined ? {} : { command: workload.command }),
    ...(workload.args === undefined ? {} : { args: workload.args }),
    env: [...plainVariables(workload, port), ...secretVariables(workload)],
    resources: resourcesOf(workload, port),
    ...(port === undefined
      ? {}
      : { ports: [{ name: port.protocol === 'GRPC' ? 'h2c' : 'http1', containerPort: port.port }] }),
    ...probesOf(workload),
  };
}

/** Cloud Run sets PORT to the container's port itself and refuses to be told; saying the same is no contradiction. */
function plainVariables(workload: Workload, port: WorkloadPort | undefined) {
  const said = (name: string, value: string) => port !== undefined && name === 'PORT' && value === String(port.port);
  return Object.entries(workload.env)
    .filter(([name, value]) => !said(name, value))
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([name, value]) => ({ name, value }));
}

const secretVariables = (workload: Workload) =>
  workload.secrets.map((ref) => ({ name: ref.env, valueSource: { secretKeyRef: secretKeyRef(ref) } }));

function resourcesOf(workload: Workload, port: WorkloadPort | undefined) {
  // Request-based billing: the CPU sleeps between requests. Fractions of a CPU exist with it only.
  const cpuIdle = port !== undefined && (workload.requestDriven || workload.cpuMillicores < wholeCpu);
  const alwaysOn = !cpuIdle || workload.hints.gcp?.executionEnvironment === 'gen2';
  const memoryMib = alwaysOn ? Math.max(workload.memoryMib, leastAlwaysOnMib) : workload.memoryMib;
  return {
    limits: { cpu: `${workload.cpuMillicores}m`, memory: `${memoryMib}Mi` },
    ...(port === undefined ? {} : { cpuIdle }),
  };
}

/**
 * One health check makes two probes. The startup probe gives a container all the time Cloud Run allows, because a slow start is no
 * failure and our own progress deadline is shorter where it matters; the liveness probe begins after it and keeps the given numbers.
 */
function probesOf({ healthCheck, ports }: Workload): Pick<Container, 'startupProbe' | 'livenessProbe'> {
  if (healthCheck === undefined) return {};
  const { path, port, intervalSeconds, timeoutSeconds, failureThreshold, initialDelaySeconds } = healthCheck;
  // A gRPC server answers no plain GET: it is asked by the standard grpc.health.v1 protocol instead.
  const grpc = ports.some((item) => item.port === port && item.protocol === 'GRPC');
  const how: Probe = grpc ? { grpc: { port } } : { httpGet: { path, port } };
  const period = Math.min(intervalSeconds, longestStartup);
  return {
    startupProbe: {
      ...how,
      initialDelaySeconds: Math.min(initialDelaySeconds, longestStartup),
      periodSeconds: period,
      timeoutSeconds: Math.min(timeoutSeconds, period),
      failureThreshold: Math.floor(longestStartup / period),
    },
    livenessProbe: {
      ...how,
      periodSeconds: intervalSeconds,
      timeoutSeconds: Math.min(timeoutSeconds, intervalSeconds),
      failureThreshold,
    },
  };
}
