import { app, HttpRequest, InvocationContext, type HttpHandler, type HttpResponseInit } from '@azure/functions';
import type { Envelope } from '../../shared/contracts/envelope.ts';
import type { Handler } from '../../shared/pipeline/handler.ts';
import { processStateless } from '../../shared/pipeline/process-stateless.ts';
import type { CloudTarget } from '../../shared/ports/cloud-target.ts';
import { toTime, type Clock } from '../../shared/ports/clock.ts';
import type { EventBus } from '../../shared/ports/event-bus.ts';
import type { MetricSource } from '../../shared/ports/metric-source.ts';
import { answerFor, NotHandled, problem } from './answer.ts';
import { eventIn } from './event-request.ts';
import { createAzureApi, createMetrics, createMonitorApi, createTarget, defaultCredential, handlers } from './index.ts';
import { settingsFrom, signInFrom } from './settings-from.ts';

/**
 * Entry point on Azure Functions (programming model v4): one POST with one CloudEvent, as the hub's relay sends it.
 * Nothing is acknowledged that was not handled and reported.
 */
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
  readonly admit?: (authorization: string | null) => Promise<void>;
}

const functionName = 'deployer-azure';

/** The registered function. */
export function createHttpHandler({ target, metrics, publish, clock, admit }: EntryPorts): HttpHandler {
  const all = handlers(target, metrics);
  return async (request, context) => {
    try {
      await admit?.(request.headers.get('authorization'));
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
      return refusalOf(error) ?? answerFor(error);
    }
  };
}

/** Without the reason: it would tell a stranger what to try next. The log has it. */
function refusalOf(error: unknown): HttpResponseInit | undefined {
  const { status } = error as { readonly status?: unknown };
  if (status !== 401 && status !== 403) return undefined;
  const challenge = status === 401 ? { 'www-authenticate': 'Bearer' } : {};
  return problem(status, 'Not admitted', 'only the relay of the hub may call this function', challenge);
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

/**
 * Registers the function with the Functions host. No function key: that would be a static credential. App Service's authentication
 * takes tokens of Entra ID for the relay's identity only, and `admit` verifies them once more (docs/adr/0012-federation.md).
 */
export function register(ports: EntryPorts): void {
  app.http(functionName, {
    methods: ['POST'],
    authLevel: 'anonymous',
    route: 'events',
    handler: createHttpHandler(ports),
  });
}

async function compose(environment: NodeJS.ProcessEnv): Promise<EntryPorts> {
  const settings = settingsFrom(environment);
  // Loaded here: whoever runs the entry in process has a bus of their own, and nobody to keep out.
  const [{ doorFrom }, { createReports }, { createManagedIdentityToken }] = await Promise.all([
    import('../../shared/adapters/federation/door-from.ts'),
    import('../../shared/adapters/federation/reports.ts'),
    import('../../shared/adapters/federation/azure-managed-identity.ts'),
  ]);
  const clock = { now: Date.now };
  // Version 2 of Entra ID's tokens names the caller in `azp`, version 1 in `appid`.
  const admit = doorFrom(environment, { callerClaims: ['azp', 'appid'] });
  const client = environment['AZURE_CLIENT_ID'];
  const publish = await createReports({
    ...{ environment, clock, name: functionName },
    identity: (audience) => createManagedIdentityToken({ audience, client }),
  });
  const credential = await defaultCredential(signInFrom(environment));
  const api = createAzureApi(settings, credential);
  const metrics = createMetrics(api, createMonitorApi(settings, credential), settings);
  return { target: createTarget(api, settings), metrics, publish, clock, admit };
}

// The host sets this for its workers; whoever else imports this module composes the entry itself.
if (process.env['FUNCTIONS_WORKER_RUNTIME'] !== undefined) register(await compose(process.env));
