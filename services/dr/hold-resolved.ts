import { groundOf, isFiring, isUnwell, type Around } from './ground.ts';
import { closeIncident } from './incidents.ts';
import { groundKey } from './keys.ts';
import type { Subject } from './record.ts';
import { spelled } from './start.ts';
import { release } from './release.ts';

/** No alert has fired for as long as it takes to believe it: their incident is over, and what they kept out of use may be used again. */
export async function holdResolved(note: Subject & { readonly since: number }, around: Around): Promise<void> {
  const { records, sheet } = around;
  const ground = await groundOf(note, records);
  const { incident, ...rest } = ground;
  // Another was resolved later, and brings its own note.
  if (ground.alertsWellAt !== note.since || incident === undefined) return;
  if (await isFiring(ground, records)) return;
  const reason = `no alert about ${spelled(ground)} fires any more`;
  await closeIncident(incident, { scope: ground.scope, reason }, around);
  sheet.write(groundKey(ground), rest);
  if (!(await isUnwell(ground, records))) await release(rest, reason, around);
}
