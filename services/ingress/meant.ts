import { closest } from '../../shared/domain/spec/problem.ts';

/** More names than this are no help on a terminal. */
const mostNames = 50;

/** The end of a sentence about a name that is not known: the one that was probably meant, and which there are. */
export function meant(name: string, known: readonly string[], what: string): string {
  if (known.length === 0) return `there are no ${what}`;
  const near = closest(name, known);
  const left = known.length - mostNames;
  const list = `${known.slice(0, mostNames).join(', ')}${left > 0 ? ` and ${left} more` : ''}`;
  return `${near === undefined ? '' : `did you mean "${near}"? `}known ${what}: ${list}`;
}
