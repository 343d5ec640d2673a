import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { recoveryStarted } from '../../shared/contracts/recovery-started.ts';
import { appOf, eventually, inWorld, type World } from './world.ts';

const noise = 10_000;
const batch = 100;

const incident = (id: string, data: object) => ({
  ...{ specversion: '1.0', id, source: '/monitoring', type: 'incident.opened', subject: id },
  ...{ time: new Date().toISOString(), datacontenttype: 'application/json', data },
});

/** Through the front door, as a monitoring system would. */
async function send(
  { plane, headers }: { readonly plane: World['plane']; readonly headers: Readonly<Record<string, string>> },
  events: readonly object[],
) {
  const answer = await fetch(`http://127.0.0.1:${plane.api.port}/v1/events`, {
    ...{ method: 'POST', headers, body: JSON.stringify(events) },
  });
  expect(answer.status, await answer.clone().text()).toBeLessThan(300);
  await answer.arrayBuffer();
}

it(
  'a real alert in the midst of ten thousand others starts its recovery',
  inWorld({}, async (world) => {
    await world.submit(appOf('app'));
    await world.until('app', 'running');
    const [deployment] = await world.deployments('app');
    const scope = (deployment?.target ?? '').split('/').slice(0, 2).join('/');
    const token = readFileSync(`${world.folder}/token`, 'utf8').trim();
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/cloudevents-batch+json' };
    const door = { plane: world.plane, headers };
    for (let sent = 0; sent < noise; sent += batch) {
      const some = Array.from({ length: batch }, (_, i) =>
        incident(`noise-${sent + i}`, { severity: 'warning', title: 'noise' }),
      );
      if (sent === noise / 2) await send(door, [incident('real', { severity: 'critical', title: 'real', scope })]);
      await send(door, some);
    }
    await eventually('its recovery has begun', async () => {
      const found = await world.plane.runtime.log.read({ type: recoveryStarted.type, limit: 10 });
      return found.some(({ event }) => recoveryStarted.parse(event).data.scope === scope) ? undefined : found.length;
    });
  }),
  60_000,
);
