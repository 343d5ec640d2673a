import type { DataOf } from '../../shared/contracts/contract.ts';
import type { applicationSubmitted } from '../../shared/contracts/application-submitted.ts';
import { checkSpec } from './check-spec.ts';
import { limits, type IngressPorts } from './ports.ts';
import { ProblemError } from './problem.ts';

type Submission = DataOf<typeof applicationSubmitted>;

/**
 * Checks a submission before anything is promised, and moves a large spec into a document.
 * @throws ProblemError 422 that lists every bad field.
 */
export async function withDocument(
  data: Submission,
  { documents }: Pick<IngressPorts, 'documents'>,
): Promise<Submission> {
  const { spec, ...rest } = data;
  if (spec === undefined) {
    throw new ProblemError(
      422,
      'Invalid application',
      "the event carries no spec: documents are the control plane's own",
    );
  }
  checkSpec(spec, data.application);
  if (Buffer.byteLength(JSON.stringify(spec)) <= limits.inlineSpecBytes) return data;
  return { ...rest, document: await documents.put(spec) };
}
