import type { Connection } from '../client.ts';
import { paint } from '../output.ts';
import { readIfThere } from './read.ts';
import { aboutOf, isOver, type Incident, type Recovery } from './records.ts';
import { coloured, moment } from './show.ts';

/** What is wrong just now, and what is done about it. */
export interface UnderWay {
  readonly incidents: readonly Incident[];
  readonly recoveries: readonly Recovery[];
}

export async function underWay(connection: Connection): Promise<UnderWay> {
  const [incidents = [], recoveries = []] = await Promise.all([
    readIfThere<Incident>(connection, 'incidents'),
    readIfThere<Recovery>(connection, 'recoveries'),
  ]);
  return {
    incidents: incidents.filter(({ status }) => status === 'open'),
    recoveries: recoveries.filter((each) => !isOver(each)),
  };
}

/** One line each. */
export function linesOf({ incidents, recoveries }: UnderWay): readonly string[] {
  return [
    ...incidents.map(
      (each) => `${paint('red', `incident: ${aboutOf(each)}`)}  since ${moment(each.downSince)}: ${each.reason}`,
    ),
    ...recoveries.map((each) => {
      const { recovery, state, services, startedAt } = each;
      const what = `recovery ${coloured(state)}: ${aboutOf(each)}`;
      return `${what}  since ${moment(startedAt)}, services: ${services}: npx homeostasis recoveries ${recovery}`;
    }),
  ];
}
