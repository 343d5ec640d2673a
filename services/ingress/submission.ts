import type { applicationSubmitted } from '../../shared/contracts/application-submitted.ts';
import type { DataOf } from '../../shared/contracts/contract.ts';
import { limits, type IngressPorts } from './ports.ts';
import { ProblemError } from './problem.ts';

type Submission = DataOf<typeof applicationSubmitted>;

/**
 * Checks the spec of a submission that came as an event, before anything is promised.
 * @throws ProblemError 422 that lists every bad field.
 */
export async function checkSubmission(data: unknown, tiers: IngressPorts['tiers']): Promise<void> {
  const { spec, application, document } = (data ?? {}) as Readonly<Record<string, unknown>>;
  if (spec === undefined || document !== undefined) {
    throw new ProblemError(
      422,
      'Invalid application',
      "the event must carry its spec in data.spec: documents are the control plane's own",
    );
  }
  // It brings the catalogue, which a function that starts for a read or another event does without.
  const { checkSpec } = await import('./check-spec.ts');
  checkSpec(spec, application, tiers);
}

/** A large spec travels as a document, so that the event stays within what a bus takes. */
export async function withDocument(
  data: Submission,
  { documents }: Pick<IngressPorts, 'documents'>,
): Promise<Submission> {
  const { spec, ...rest } = data;
  if (spec === undefined || Buffer.byteLength(JSON.stringify(spec)) <= limits.inlineSpecBytes) return data;
  return { ...rest, document: await documents.put(spec) };
}
