import { cloudEvent, type CloudEventFunction } from '@google-cloud/functions-framework';
import { InvalidEvent, type Envelope } from '../../shared/contracts/envelope.ts';
import { processStateless } from '../../shared/pipeline/process-stateless.ts';
import { toTime, type Clock } from '../../shared/ports/clock.ts';
import type { CloudTarget } from '../../shared/ports/cloud-target.ts';
import type { EventBus } from '../../shared/ports/event-bus.ts';
import { createApi } from './gcp-api.ts';
import { handlers } from './handlers.ts';
import { envelopeFrom } from './received.ts';
import { settingsFrom, type Environment } from './environment.ts';
import { createTarget } from './target.ts';

/** The name to deploy the function under: `gcloud functions deploy … --entry-point=deployer`. */
export const functionName = 'deployer';

export interface EntryPorts {
  readonly target: CloudTarget;
  readonly publish: EventBus['publish'];
  readonly clock: Clock;
}

type Deliver = (received: unknown) => Promise<void>;

/** One event in, its reports out. Every error leaves here, so that the framework answers 500 and the sender tries again. */
function createDeliver({ target, publish, clock }: EntryPorts): Deliver {
  const byType = new Map(handlers(target).map((handler) => [handler.contract.type, handler]));
  return async (received) => {
    const event = envelopeFrom(received, { time: toTime(clock.now()) });
    const handler = byType.get(event.type);
    if (handler === undefined) {
      throw new InvalidEvent('type', `is "${event.type}"; this function reads ${[...byType.keys()].join(', ')}`);
    }
    if (event.cloud !== undefined && event.cloud !== handler.cloud) {
      throw new InvalidEvent('cloud', `is "${event.cloud}"; this function reads commands for "${handler.cloud}"`);
    }
    await processStateless(handler, event, { bus: { publish }, clock });
  };
}

/** Registers the function with the framework, which serves it under `name`. */
export function register(ports: EntryPorts, name = functionName): void {
  cloudEvent(name, framed(createDeliver(ports)));
}

/** The framework looks at the number of parameters: with two it would wait for a callback. */
const framed =
  (deliver: Deliver): CloudEventFunction =>
  (event) =>
    deliver(event);

/** The same entry, in process: the event takes the form it has on the wire. */
export function createEntry(ports: EntryPorts): (event: Envelope) => Promise<void> {
  const deliver = createDeliver(ports);
  return (event) => deliver(JSON.parse(JSON.stringify(event)) as unknown);
}

/** @throws Error naming the variable that is missing or wrong. */
async function compose(environment: Environment): Promise<Deliver> {
  const { settings, reports } = settingsFrom(environment);
  // Loaded here: whoever runs the entry in process has a bus of their own.
  const { publishOverHttp } = await import('../../shared/adapters/publish-over-http/index.ts');
  const target = createTarget(createApi(settings), settings);
  return createDeliver({ target, publish: publishOverHttp(reports), clock: { now: () => Date.now() } });
}

// Composed by the first event: whoever imports this file for `createEntry` has none of these variables. What is missing is then named
// in the answer, 500, and the event stays with its sender.
let composed: Promise<Deliver> | undefined;
cloudEvent(
  functionName,
  framed(async (event) => {
    composed ??= compose(process.env);
    const deliver = await composed.catch((error: unknown) => {
      composed = undefined;
      throw error;
    });
    await deliver(event);
  }),
);
