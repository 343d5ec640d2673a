import { judged, unmeasured, type Verdict } from '../verdict.ts';
import type { Row } from './bench.ts';

/** Promises of a storm: a thousand services of one region of nine. */
export const promises = { commandsSeconds: 1, wholeSeconds: 20, memoryMib: 512 } as const;

export function verdicts(rows: readonly Row[]): Verdict[] {
  if (rows.length === 0) return [unmeasured({ what: 'storm', target: 'measured' }, 'nothing was lost')];
  return rows.flatMap((row) => [commands(row), tiers(row), whole(row), memory(row)]);
}

const name = ({ services, applications }: Row): string =>
  `${services.toLocaleString('en')} services in ${applications === 1 ? 'one application' : `${applications} applications`}`;

const seconds = (ms: number): string => `${(ms / 1000).toFixed(2)} s`;

/** From the word that the region is out of use, which is before anything is placed, until the last of the commands was surely on the disk. */
function commands(row: Row): Verdict {
  const { story, rawSeconds, load } = row;
  const all = Object.values(story.commands);
  const promised = {
    what: `${name(row)}: all commands durable after the decision`,
    target: `at most ${promises.commandsSeconds} s`,
    ratio: `at a load of ${load.map((each) => each.toFixed(1)).join(' to ')}; all events in SQLite alone: ${rawSeconds.toFixed(2)} s`,
  };
  const count = all.reduce((sum, each) => sum + each.count, 0);
  if (story.decidedAt === undefined || count < row.services) return judged(promised, `${count} commands came`, false);
  const took = Math.max(...all.map(({ durableAt }) => durableAt)) - story.decidedAt;
  return judged(promised, seconds(took), took <= promises.commandsSeconds * 1000);
}

function tiers(row: Row): Verdict {
  const { outOfOrder, beforeCritical } = row.story;
  const promised = { what: `${name(row)}: commands before one of a more important tier`, target: '0' };
  const figure = `${outOfOrder} within an application, ${beforeCritical} before a critical one of any`;
  return judged(promised, figure, outOfOrder + beforeCritical === 0);
}

/** Until dr has seen every service serve elsewhere, with all that it asks for. */
function whole(row: Row): Verdict {
  const { decidedAt, wholeAt } = row.story;
  const promised = {
    what: `${name(row)}: whole again after the decision`,
    target: `at most ${promises.wholeSeconds} s`,
  };
  if (decidedAt === undefined || wholeAt === undefined) return judged(promised, 'not within the time watched', false);
  return judged(promised, seconds(wholeAt - decidedAt), wholeAt - decidedAt <= promises.wholeSeconds * 1000);
}

function memory(row: Row): Verdict {
  const promised = { what: `${name(row)}: peak memory of the control plane`, target: `${promises.memoryMib} MiB` };
  if (row.peakMemory === undefined) return unmeasured(promised, 'this system does not tell (no /proc)');
  return judged(promised, `${row.peakMemory.toFixed(0)} MiB`, row.peakMemory < promises.memoryMib);
}
