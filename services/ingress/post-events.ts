import { applicationSubmitted } from '../../shared/contracts/application-submitted.ts';
import { InvalidEvent, parseEnvelope, type Envelope } from '../../shared/contracts/envelope.ts';
import { toTime } from '../../shared/ports/clock.ts';
import type { LazyHooks } from './hooks/routes.ts';
import { admit, type Admitted } from './outside.ts';
import { parseMessage, type HttpMessage } from './parse-message.ts';
import { limits, type IngressPorts } from './ports.ts';
import type { Principal } from './principal.ts';
import { ProblemError } from './problem.ts';
import { withDocument } from './submission.ts';

export interface Accepted {
  readonly id: string;
  readonly type: string;
  /** The same (source, id) was accepted before: nothing happens again. */
  readonly duplicate: boolean;
  /** False: kept in the log, but nobody reads this type. */
  readonly routed: boolean;
}

export type EventPorts = IngressPorts & { readonly incidents: LazyHooks };

/** CloudEvents over HTTP: binary, structured or batched. All of a batch is accepted, or none. */
export async function acceptEvents(message: HttpMessage, principal: Principal, ports: EventPorts): Promise<Accepted[]> {
  const { values, batch } = parseMessage(message);
  if (values.length > limits.batchEvents) {
    throw new ProblemError(
      413,
      'Batch too large',
      `a batch holds at most ${limits.batchEvents} events; this one has ${values.length}`,
    );
  }
  const admitted = await Promise.all(
    values.map(async (value, i) => {
      try {
        return await admitOne(value, principal, ports);
      } catch (error) {
        throw batch ? placed(error, i) : error;
      }
    }),
  );
  const results = await ports.bus.publish(admitted.map(({ event }) => ({ event })));
  return admitted.map(({ event, known }, i) => ({
    id: event.id,
    type: event.type,
    duplicate: results[i] === 'duplicate',
    routed: known,
  }));
}

async function admitOne(value: unknown, principal: Principal, ports: EventPorts): Promise<Admitted> {
  const now = ports.clock.now();
  const given = parseEnvelope(value, { time: toTime(now) });
  const { event, known } = await admit(given, { now, principal, tiers: ports.tiers });
  // What CI or an incident tool says of an incident is an alert, in place of an event that nobody reads.
  const alert = known ? undefined : await (await ports.incidents()).event(event, principal);
  if (alert !== undefined) return { event: alert, known: true };
  return { event: await stored(event, ports), known };
}

/** A large spec travels as a document; everything else is checked for size by the bus. */
async function stored(event: Envelope, ports: IngressPorts): Promise<Envelope> {
  if (event.type !== applicationSubmitted.type) return event;
  return { ...event, data: await withDocument(applicationSubmitted.parse(event).data, ports) };
}

/** Which of a batch it was: nothing of the batch is taken, and the sender has to know what to mend. */
function placed(error: unknown, index: number): unknown {
  const where = `event ${index + 1} of the batch`;
  if (error instanceof InvalidEvent) {
    const errors = [{ field: `[${index}].${error.attribute}`, detail: `${where}: ${error.message}` }];
    return new ProblemError(400, 'Invalid event', `${where}: ${error.message}`, errors);
  }
  if (!(error instanceof ProblemError)) return error;
  const { status, title, detail, errors } = error.problem;
  const fields = errors?.map((each) => ({ field: `[${index}].${each.field}`, detail: `${where}: ${each.detail}` }));
  return new ProblemError(status, title, `${where}: ${detail}`, fields);
}
