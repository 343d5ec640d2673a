import { relayQueue, type RelayQueue } from '../../shared/adapters/federation/relay-queue.ts';
import { azureTokens, googleTokens } from '../../shared/adapters/federation/relay-tokens.ts';
import {
  activeOf,
  createQueueFunction,
  createTelemetry,
  hubLeaseFrom,
  once,
  type BatchResponse,
  type Environment,
  type LambdaContext,
  type QueueFunction,
} from '../../shared/adapters/lambda/index.ts';
import { processStateless } from '../../shared/pipeline/process-stateless.ts';
import { handlers } from './handlers.ts';
import type { PostOptions, Tokens, Wire } from './post.ts';
import { parseSettings, type AzureWire, type GcpWire, type RelaySettings } from './settings.ts';

export interface RelayPorts extends PostOptions, RelayQueue {
  readonly wires: readonly Wire[];
  /** Where there is a standby hub. @throws NotTheActiveHub */
  active?(): Promise<unknown>;
  handled?(consumer: string, milliseconds: number): void;
}

/** The function as Lambda calls it: commands for deployers in other clouds, each carried there by a POST. */
export function createHandler(ports: RelayPorts): QueueFunction {
  const { wires, clock, handled } = ports;
  return createQueueFunction({
    handlers: handlers(wires, ports),
    receive: (body) => ports.receive(body),
    failed: (failure) => ports.failed(failure),
    run: async (handler, event) => {
      const started = performance.now();
      await ports.active?.();
      await processStateless(handler, event, { bus: { publish: saysNothing }, clock });
      handled?.(handler.consumer, performance.now() - started);
    },
  });
}

const saysNothing = () => Promise.reject(new Error('the relay publishes nothing: deployers report for themselves'));

export function azureWire({ url, audience, tenant, client }: AzureWire, tokens: Tokens): Wire {
  return {
    cloud: 'azure',
    url,
    tokens,
    headers: (token) => ({ authorization: `Bearer ${token}` }),
    trust: `that the function app takes tokens of client ${client} (tenant ${tenant}) for ${audience}`,
  };
}

export function gcpWire({ url, audience, serviceAccount }: GcpWire, tokens: Tokens): Wire {
  return {
    cloud: 'gcp',
    url,
    tokens,
    // Cloud Run looks at the first and takes its signature away; the second arrives as it was sent, so that the function can verify it
    // too. Source: cloud.google.com/run/docs/authenticating/service-to-service.
    headers: (token) => ({ 'x-serverless-authorization': `Bearer ${token}`, authorization: `Bearer ${token}` }),
    trust: `that ${serviceAccount} has roles/run.invoker on the function and that it takes tokens for ${audience}`,
  };
}

/** The ways that the settings name. */
export function wiresFor({ azure, gcp }: RelaySettings, clock: PostOptions['clock']): readonly Wire[] {
  return [
    ...(azure === undefined ? [] : [azureWire(azure, azureTokens(azure, { clock }))]),
    ...(gcp === undefined ? [] : [gcpWire(gcp, googleTokens(gcp, { clock }))]),
  ];
}

/** @throws Error naming the variable that is missing or wrong. */
function compose(environment: Environment): QueueFunction {
  const clock = { now: () => Date.now() };
  const telemetry = createTelemetry('relay');
  const handle = createHandler({
    clock,
    wires: wiresFor(parseSettings(environment['HOMEOSTASIS_RELAY']), clock),
    ...relayQueue(environment, clock, telemetry),
    ...activeOf(hubLeaseFrom(environment, clock)),
    handled: (consumer, milliseconds) => telemetry.handled(consumer, milliseconds),
  });
  return (event, context) => handle(event, context).finally(() => telemetry.flush());
}

const composed = once(() => compose(process.env));

/** Event source: the relay's queue, ReportBatchItemFailures on. */
export async function handler(event: unknown, context?: LambdaContext): Promise<BatchResponse> {
  return (await composed())(event, context);
}
