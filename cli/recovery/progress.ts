import { counted } from '../../shared/domain/counted.ts';
import { noteFitted, paint } from '../output.ts';
import { aboutOf, isOver, type Phase, type RecoveryDetail, type ServiceRecovery } from './records.ts';
import { outcomesLine, took } from './show.ts';

/** More services than these are told by their number: nobody reads a thousand lines. */
const mostTold = 40;

/** Tells on stderr what is new since it was called last. */
export function progress(tell: (line: string) => void = noteFitted): (detail: RecoveryDetail) => void {
  const told = new Set<string>();
  const once = (key: string, line: () => string): void => {
    if (told.has(key)) return;
    told.add(key);
    tell(line());
  };
  return (detail) => {
    const state = (): void =>
      once(`state/${detail.state}`, () => line(detail.state, aboutOf(detail), stateDetail(detail), 'cyan'));
    // The end is told behind what led to it.
    if (!isOver(detail)) state();
    if (detail.total > mostTold) {
      const counts = outcomesLine(detail.result);
      once(`counts/${counts}`, () => line('services', counts, '', 'cyan'));
    } else {
      for (const each of detail.services) for (const [phase, is] of steps(each)) once(...step(each, phase, is));
    }
    if (isOver(detail)) state();
  };
}

function stateDetail({ failure, state, expected, mode }: RecoveryDetail): string {
  if (state === 'failed' || state === 'aborted') return failure?.message ?? '';
  return state === 'running' ? `${mode}, ${counted(expected, 'service')}` : '';
}

function steps({ phases }: ServiceRecovery): readonly (readonly [string, Phase])[] {
  return Object.entries(phases).filter(([, { status }]) => status === 'completed' || status === 'failed');
}

function step(
  { application, service }: ServiceRecovery,
  phase: string,
  { status, startedAt, endedAt, detail }: Phase,
): [key: string, line: () => string] {
  const name = `${application}/${service}`;
  const key = `${name}/${phase}/${status}/${detail}`;
  const time = endedAt === undefined ? '' : ` (${took(endedAt - startedAt)})`;
  return [key, () => line(phase, name, `${detail}${time}`, status === 'failed' ? 'red' : 'green')];
}

function line(word: string, about: string, detail: string, colour: 'cyan' | 'green' | 'red'): string {
  return `${paint(colour, word.padEnd(18), process.stderr)} ${about}  ${detail}`.trimEnd();
}
