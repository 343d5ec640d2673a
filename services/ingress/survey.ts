import { targetSurvey } from '../../shared/contracts/target-survey.ts';
import { derivedId } from '../../shared/pipeline/stamp.ts';
import { meant } from './meant.ts';
import { originate } from './originate.ts';
import type { IngressPorts } from './ports.ts';
import { ProblemError } from './problem.ts';

type Ports = Pick<IngressPorts, 'bus' | 'clock' | 'newId' | 'regions'>;

export interface Surveying {
  /** Correlation id of the commands and of the answers. */
  readonly id: string;
  readonly accepted: readonly { readonly scope: string; readonly id: string }[];
}

const longestId = 100;

/**
 * Has deployers say what they find: for somebody who wants to know whether the way there and back is open. It changes nothing in any
 * cloud. An operator's own `id` makes asking again the same request.
 * @param body `{ "scope": "aws" | "aws/eu-west-1", "id": "…" }`; without scope every cloud. A cloud is asked in one region, the first.
 */
export async function survey(body: unknown, ports: Ports): Promise<Surveying> {
  const { scope, id: given, ...others } = (body ?? {}) as Readonly<Record<string, unknown>>;
  const [other] = Object.keys(others);
  if (other !== undefined) throw invalid(other, 'is not known here; the body is {"scope": "aws/eu-west-1"}');
  const scopes = scopesOf(scope, await ports.regions());
  const request = idOf(given) ?? ports.newId();
  const events = scopes.map((each) =>
    originate(targetSurvey.draft({ scope: each }), derivedId(`survey ${request} ${each}`), { ...ports, request }),
  );
  await ports.bus.publish(events.map((event) => ({ event })));
  return { id: request, accepted: events.map(({ id, subject = '' }) => ({ scope: subject, id })) };
}

function scopesOf(scope: unknown, regions: Readonly<Record<string, readonly string[]>>): readonly string[] {
  const sampled = Object.values(regions).flatMap(([first]) => first ?? []);
  if (scope === undefined && sampled.length > 0) return sampled;
  const known = [...Object.keys(regions), ...Object.values(regions).flat()];
  if (typeof scope !== 'string')
    throw invalid('scope', `must be a cloud or a cloud/region; ${meant('', known, 'regions')}`);
  const found = Object.hasOwn(regions, scope) ? regions[scope]?.[0] : known.find((each) => each === scope);
  if (found !== undefined) return [found];
  throw invalid('scope', `${JSON.stringify(scope)} is not enabled here; ${meant(scope, known, 'clouds and regions')}`);
}

function idOf(given: unknown): string | undefined {
  if (given === undefined) return undefined;
  if (typeof given === 'string' && given !== '' && given.length <= longestId && /^[!-~]+$/.test(given)) return given;
  throw invalid('id', `must be 1 to ${longestId} printable characters without blanks`);
}

function invalid(field: string, detail: string): ProblemError {
  return new ProblemError(422, 'Invalid request', `${field} ${detail}`, [{ field, detail: `${field} ${detail}` }]);
}
