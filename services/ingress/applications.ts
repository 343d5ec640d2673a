import { applicationScaled } from '../../shared/contracts/application-scaled.ts';
import { applicationSubmitted } from '../../shared/contracts/application-submitted.ts';
import { applicationWithdrawn } from '../../shared/contracts/application-withdrawn.ts';
import type { Draft } from '../../shared/contracts/contract.ts';
import type { Envelope } from '../../shared/contracts/envelope.ts';
import { toTime } from '../../shared/ports/clock.ts';
import { readSpecs } from './check-spec.ts';
import type { IngressPorts } from './ports.ts';
import { ProblemError } from './problem.ts';
import { withDocument } from './submission.ts';

export interface Submitted {
  readonly application: string;
  /** Id of the event, and correlation id of everything that follows from it. */
  readonly id: string;
}

/** Takes YAML or JSON text with one application or several; all are accepted, or none. */
export async function submit(
  text: string,
  options: { readonly file: string; readonly ifGeneration?: number },
  ports: IngressPorts,
): Promise<Submitted[]> {
  const specs = readSpecs(text, options.file);
  const events = await Promise.all(
    specs.map(async (spec) => {
      const submission = {
        application: spec.metadata.name,
        spec,
        ...(options.ifGeneration === undefined ? {} : { ifGeneration: options.ifGeneration }),
      };
      return originate(applicationSubmitted.draft(await withDocument(submission, ports)), ports);
    }),
  );
  return announce(events, ports);
}

export async function scale(application: string, body: unknown, ports: IngressPorts): Promise<Submitted[]> {
  const services = (body as { readonly services?: unknown } | undefined)?.services;
  if (!Array.isArray(services)) {
    throw new ProblemError(422, 'Invalid scaling', 'the body must be {"services": [{"name": "…", "replicas": 3}]}', [
      { field: 'services', detail: 'is required, a list' },
    ]);
  }
  const draft = applicationScaled.draft({ application, services: services as { name: string; replicas: number }[] });
  return announce([originate(draft, ports)], ports);
}

export async function withdraw(application: string, ports: IngressPorts): Promise<Submitted[]> {
  return announce([originate(applicationWithdrawn.draft({ application }), ports)], ports);
}

/** The first event of a chain: nothing caused it but the request. */
function originate(draft: Draft, { newId, clock }: IngressPorts): Envelope {
  const id = newId();
  return {
    specversion: '1.0',
    id,
    source: '/homeostasis/ingress',
    type: draft.type,
    subject: draft.subject,
    time: toTime(clock.now()),
    datacontenttype: 'application/json',
    dataschema: draft.dataschema,
    correlationid: id,
    data: draft.data,
  };
}

async function announce(events: readonly Envelope[], { bus }: IngressPorts): Promise<Submitted[]> {
  await bus.publish(events.map((event) => ({ event })));
  return events.map(({ id, subject = '' }) => ({ application: subject, id }));
}
