import { app, HttpRequest, InvocationContext, type HttpHandler } from '@azure/functions';
import type { Envelope } from '../../shared/contracts/envelope.ts';
import type { Handler } from '../../shared/pipeline/handler.ts';
import { processStateless } from '../../shared/pipeline/process-stateless.ts';
import type { CloudTarget } from '../../shared/ports/cloud-target.ts';
import { toTime, type Clock } from '../../shared/ports/clock.ts';
import type { EventBus } from '../../shared/ports/event-bus.ts';
import { answerFor, NotHandled, problem } from './answer.ts';
import { eventIn } from './event-request.ts';
import { createAzureApi, createTarget, defaultCredential, handlers } from './index.ts';
import { required, settingsFrom } from './settings-from.ts';

/**
 * Entry point on Azure Functions (programming model v4): one POST with one CloudEvent, as the hub's relay sends it.
 * Nothing is acknowledged that was not handled and reported.
 */
export interface EntryPorts {
  readonly target: CloudTarget;
  readonly publish: EventBus['publish'];
  readonly clock: Clock;
}

const functionName = 'deployer-azure';

/** The registered function. */
export function createHttpHandler({ target, publish, clock }: EntryPorts): HttpHandler {
  const all = handlers(target);
  return async (request, context) => {
    try {
      const event = await eventIn(request, { time: toTime(clock.now()) });
      const reader = all.find((one) => reads(one, event));
      if (reader === undefined) {
        return problem(
          422,
          'Nobody reads this',
          `deployer-azure reads no ${event.type} for cloud ${event.cloud ?? '(none)'}`,
        );
      }
      await processStateless(reader, event, { bus: { publish }, clock });
      return { status: 204 };
    } catch (error) {
      context.error(error instanceof Error ? `${error.name}: ${error.message}` : String(error));
      return answerFor(error);
    }
  };
}

const reads = ({ contract, cloud }: Handler, event: Envelope): boolean =>
  contract.type === event.type && cloud === event.cloud;

/** The embedded runtime's way in: the very same function, called with the request that the relay would send. */
export function createEntry(ports: EntryPorts): (event: Envelope) => Promise<void> {
  const handle = createHttpHandler(ports);
  return async (event) => {
    const request = new HttpRequest({
      method: 'POST',
      url: 'http://localhost/api/events',
      headers: { 'content-type': 'application/cloudevents+json' },
      body: { string: JSON.stringify(event) },
    });
    // The embedded runtime logs what a delivery failed with; the function's own log lines would say it twice.
    const context = new InvocationContext({ functionName, invocationId: event.id, logHandler: () => undefined });
    const answer = await handle(request, context);
    if ((answer.status ?? 200) > 299) throw new NotHandled(answer);
  };
}

/** Registers the function with the Functions host. A function key guards it; Entra ID may stand before it. */
export function register(ports: EntryPorts): void {
  app.http(functionName, {
    methods: ['POST'],
    authLevel: 'function',
    route: 'events',
    handler: createHttpHandler(ports),
  });
}

async function compose(environment: NodeJS.ProcessEnv): Promise<EntryPorts> {
  const settings = settingsFrom(environment);
  const reports = required(environment, 'HOMEOSTASIS_REPORTS_URL');
  // Loaded here: whoever runs the entry in process has a bus of their own.
  const { publishOverHttp } = await import('../../shared/adapters/publish-over-http/index.ts');
  const api = createAzureApi(settings, await defaultCredential());
  return {
    target: createTarget(api, settings),
    publish: publishOverHttp({ url: reports, token: environment['HOMEOSTASIS_REPORTS_TOKEN'] }),
    clock: { now: Date.now },
  };
}

// The host sets this for its workers; whoever else imports this module composes the entry itself.
if (process.env['FUNCTIONS_WORKER_RUNTIME'] !== undefined) register(await compose(process.env));
