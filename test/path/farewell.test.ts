import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { applicationScaled } from '../../shared/contracts/application-scaled.ts';
import { applicationSubmitted } from '../../shared/contracts/application-submitted.ts';
import { deploymentRemove } from '../../shared/contracts/deployment-remove.ts';
import { deploymentRemoved } from '../../shared/contracts/deployment-removed.ts';
import { targetExcluded } from '../../shared/contracts/target-excluded.ts';
import { deploymentId } from '../../shared/contracts/values.ts';
import { parseDocuments } from '../../shared/domain/spec/index.ts';
import { createWorld, type World } from '../simulation/world.ts';

const file = new URL('../../examples/shop.yaml', import.meta.url);
const [shop] = parseDocuments(readFileSync(file, 'utf8'), { file: 'shop.yaml' }).documents;

async function saidBy(world: World, { type, parse }: typeof deploymentRemove | typeof deploymentRemoved) {
  const entries = await world.runtime.log.read({ limit: 100_000 });
  return entries.flatMap(({ event }) => (event.type === type ? [deploymentId(parse(event).data)] : [])).sort();
}

it.each([1, 2, 3])('what has gone is removed once and told once, whatever comes later (seed %i)', async (seed) => {
  const world = createWorld({ seed, watch: { applied() {}, removing() {}, routed() {} } });
  const happens = async (draft: Parameters<World['submit']>[0]): Promise<void> => {
    await world.submit(draft);
    await world.runUntil(world.now() + 600_000);
  };
  if (shop === undefined) throw new Error('examples/shop.yaml is not valid');
  await happens(applicationSubmitted.draft({ application: 'shop', spec: shop.spec }));
  const scope = world.clouds.all()[0]?.key.target.split('/').slice(0, 2).join('/') ?? '';
  const leaving = world.clouds.all().filter(({ key }) => key.target.startsWith(`${scope}/`));
  await happens(targetExcluded.draft({ scope, reason: 'drill' }));
  for (const replicas of [5, 6, 7]) {
    const services = ['web', 'checkout', 'mailer'].map((name) => ({ name, replicas }));
    await happens(applicationScaled.draft({ application: 'shop', services }));
  }
  const gone = leaving.map(({ key }) => deploymentId(key)).sort();
  expect(gone.length).toBeGreaterThan(0);
  expect(await saidBy(world, deploymentRemove)).toEqual(gone);
  expect(await saidBy(world, deploymentRemoved)).toEqual(gone);
});
