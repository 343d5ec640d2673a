import { http, type HttpFunction } from '@google-cloud/functions-framework';
import { onDemand } from '../../shared/adapters/on-demand.ts';
import { InvalidEvent, type Envelope } from '../../shared/contracts/envelope.ts';
import { processStateless } from '../../shared/pipeline/process-stateless.ts';
import { toTime, type Clock } from '../../shared/ports/clock.ts';
import type { CloudTarget } from '../../shared/ports/cloud-target.ts';
import type { EventBus } from '../../shared/ports/event-bus.ts';
import type { MetricSource } from '../../shared/ports/metric-source.ts';
import { answerFor } from './answer.ts';
import { settingsFrom, type Environment } from './environment.ts';
import { eventIn, type EventRequest } from './event-request.ts';
import { createApi } from './gcp-api.ts';
import { handlers } from './handlers.ts';
import { createMetrics } from './metrics.ts';
import { createMonitoringApi } from './monitoring-api.ts';
import { envelopeFrom } from './received.ts';
import { createTarget } from './target.ts';

/** The name to deploy the function under: `gcloud functions deploy … --entry-point=deployer`. */
export const functionName = 'deployer';

export interface EntryPorts {
  readonly target: CloudTarget;
  /** Absent: the cloud is never asked what it measured. */
  readonly metrics?: MetricSource;
  readonly publish: EventBus['publish'];
  readonly clock: Clock;
  /**
   * Looks at the `authorization` header, and throws an error with a `status` for whoever may not come in. In process there is nobody
   * to keep out.
   */
  readonly admit?: (authorization: string | undefined) => Promise<void>;
}

/** One event in, its reports out. Every error leaves here: nothing is acknowledged that was not handled and reported. */
function createDeliver({ target, metrics, publish, clock }: EntryPorts): (event: Envelope) => Promise<void> {
  const byType = new Map(handlers(target, metrics).map((handler) => [handler.contract.type, handler]));
  return async (event) => {
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

type Receive = (request: EventRequest) => Promise<void>;

function createReceive(ports: EntryPorts): Receive {
  const { clock, admit } = ports;
  const deliver = createDeliver(ports);
  return async (request) => {
    await admit?.(request.headers.authorization);
    await deliver(eventIn(request, { time: toTime(clock.now()) }));
  };
}

/**
 * An HTTP function, and not one of the framework's own for CloudEvents: those check nothing (a batch, XML, an event without a type are
 * acknowledged), show the function no headers, and answer 500 to whatever cannot be handled, so that a sender tries again in vain.
 */
export function register(ports: EntryPorts, name = functionName): void {
  http(
    name,
    answering(() => Promise.resolve(createReceive(ports))),
  );
}

function answering(receiving: () => Promise<Receive>): HttpFunction {
  return async (request, response) => {
    try {
      const receive = await receiving();
      await receive(request);
      response.status(204).end();
    } catch (error) {
      process.stderr.write(`${error instanceof Error ? `${error.name}: ${error.message}` : String(error)}\n`);
      const { status, headers, body } = answerFor(error);
      response.status(status).set(headers).send(body);
    }
  };
}

/** The same entry, in process: the event takes the form it has on the wire. */
export function createEntry(ports: EntryPorts): (event: Envelope) => Promise<void> {
  const deliver = createDeliver(ports);
  return async (event) => {
    const received = JSON.parse(JSON.stringify(event)) as unknown;
    await deliver(envelopeFrom(received, { time: toTime(ports.clock.now()) }));
  };
}

/** Google signs the tokens of its own accounts under this name. */
const google = 'https://accounts.google.com';

/** @throws Error naming the variable that is missing or wrong. */
async function compose(environment: Environment): Promise<Receive> {
  const settings = settingsFrom(environment);
  // Loaded here: whoever runs the entry in process has a bus of their own, and nobody to keep out.
  const [{ doorFrom }, { createReports }, { createMetadataIdToken }] = await Promise.all([
    import('../../shared/adapters/federation/door-from.ts'),
    import('../../shared/adapters/federation/reports.ts'),
    import('../../shared/adapters/federation/google-metadata.ts'),
  ]);
  const clock = { now: () => Date.now() };
  const admit = doorFrom(environment, { issuer: google, callerClaims: ['email'] });
  const publish = await createReports({ environment, clock, name: 'deployer-gcp', identity: createMetadataIdToken });
  const target = createTarget(createApi(settings), settings);
  const metrics = createMetrics(createMonitoringApi(settings), settings);
  return createReceive({ target, metrics, publish, clock, admit });
}

// Composed by the first event: whoever imports this file for `createEntry` has none of these variables. What is missing is then named
// in the log, the answer is 500, and the event stays with its sender.
http(functionName, answering(onDemand(() => compose(process.env))));
