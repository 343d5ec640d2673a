import { applicationScaled } from '../../shared/contracts/application-scaled.ts';
import { applicationSubmitted } from '../../shared/contracts/application-submitted.ts';
import { applicationWithdrawn } from '../../shared/contracts/application-withdrawn.ts';
import type { DataOf, Draft } from '../../shared/contracts/contract.ts';
import { InvalidEvent, type Envelope } from '../../shared/contracts/envelope.ts';
import { checkKnown } from './known-application.ts';
import { originate } from './originate.ts';
import type { IngressPorts } from './ports.ts';
import { demandApplication, type Principal } from './principal.ts';
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
  options: { readonly file: string; readonly principal: Principal; readonly ifGeneration?: number },
  ports: IngressPorts,
): Promise<Submitted[]> {
  const { readSpecs } = await import('./check-spec.ts');
  const specs = await readSpecs(text, { file: options.file, tiers: ports.tiers });
  for (const { metadata } of specs) demandApplication(options.principal, metadata.name);
  if (options.ifGeneration !== undefined && specs.length > 1) {
    throw new ProblemError(400, 'Bad precondition', `If-Match is for one application; the body has ${specs.length}`);
  }
  const events = await Promise.all(
    specs.map(async (spec) => {
      const submission = {
        application: spec.metadata.name,
        spec,
        ...(options.ifGeneration === undefined ? {} : { ifGeneration: options.ifGeneration }),
      };
      return originate(applicationSubmitted.draft(await withDocument(submission, ports)), ports.newId(), ports);
    }),
  );
  return announce(events, ports);
}

/** @param body `{ "services": [{ "name": "web", "replicas": 3 }] }` */
export async function scale(application: string, body: unknown, ports: IngressPorts): Promise<Submitted[]> {
  const { services, ...others } = (body ?? {}) as Readonly<Record<string, unknown>>;
  const [other] = Object.keys(others);
  if (other !== undefined) throw invalid(other, 'is not known here; the body is {"services": [{"name", "replicas"}]}');
  if (!Array.isArray(services)) throw invalid('services', 'must be a list such as [{"name": "web", "replicas": 3}]');
  const names = services.map((each: { readonly name?: unknown } | null) => each?.name);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) throw invalid('services', `names ${JSON.stringify(twice)} twice`);
  const draft = checked(() => applicationScaled.draft({ application, services: services as Scaling[] }));
  await checkKnown(application, ports);
  return announce([originate(draft, ports.newId(), ports)], ports);
}

type Scaling = DataOf<typeof applicationScaled>['services'][number];

export async function withdraw(application: string, ports: IngressPorts): Promise<Submitted[]> {
  const draft = checked(() => applicationWithdrawn.draft({ application }));
  await checkKnown(application, ports);
  return announce([originate(draft, ports.newId(), ports)], ports);
}

/** Here the caller made a request, not an event: what does not fit is told in the words of the request. */
function checked(make: () => Draft): Draft {
  try {
    return make();
  } catch (error) {
    if (!(error instanceof InvalidEvent)) throw error;
    const field = error.attribute.replace(/^data\/?/, '').replaceAll('/', '.');
    const problem = error.message.slice(error.message.indexOf('.v1 ') + '.v1 '.length);
    throw invalid(field, problem);
  }
}

function invalid(field: string, detail: string): ProblemError {
  return new ProblemError(422, 'Invalid request', `${field} ${detail}`, [{ field, detail: `${field} ${detail}` }]);
}

async function announce(events: readonly Envelope[], { bus }: IngressPorts): Promise<Submitted[]> {
  await bus.publish(events.map((event) => ({ event })));
  return events.map(({ id, subject = '' }) => ({ application: subject, id }));
}
