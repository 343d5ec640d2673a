import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expectations, same, type Stage, type Tally } from '../check.ts';
import { strangersStayOut } from './callers.ts';
import { largeEventsArrive } from './claim-check.ts';
import { poisonIsPutAside } from './dead-letters.ts';
import { openHub, type Hub } from './hub.ts';
import { tellCost } from './cost.ts';
import { redriveHeals } from './redrive.ts';
import { schedulerWaits } from './scheduler.ts';
import { completed, deployShop, patience, shop } from './shop.ts';
import { allReady, deploymentsOf, nothingBesides, placedAsAsked, recordsOf, trafficOf } from './standing.ts';
import { stateOf } from '../../chaos/clouds-state.ts';
import { userOf, type User } from './user.ts';

type Expect = ReturnType<typeof expectations>['expect'];

interface Scene {
  readonly stage: Stage;
  readonly hub: Hub;
  readonly user: User;
  readonly expect: Expect;
}

/** The hub from its own template, in moto: an application deployed, changed under faults, and removed, end to end. */
export async function deployOnHub(stage: Stage): Promise<Tally> {
  const { expect, tally } = expectations(stage);
  const hub = await openHub(stage);
  stage.defer(() => tellLogs(stage, hub));
  const user = await userOf(stage, hub);
  const scene: Scene = { stage, hub, user, expect };
  await expect('moto takes our template but for the known gaps, and each of them is one', async () => {
    same(hub.stack.unmet, [], 'gaps that the template no longer meets');
    same(hub.schedules.names.toSorted(), ['cost-sweep', 'outbox-sweep', 'reconcile'], 'schedules');
    return Promise.resolve();
  });
  await strangersStayOut(scene);
  await firstDeploy(scene);
  await asInThePathTest(scene, 1);
  await theCommandsTell(scene);
  // Every shift waits until resolvers have forgotten: half a minute, which has been counted by now.
  hub.functions.setTime('traffic', { pace: 10 });
  await poisonIsPutAside(scene);
  await changeUnderFaults(scene);
  await asInThePathTest(scene, 2);
  await removed(scene);
  // With the shop gone: it would be moved away from a region that is excluded, and from a function app that does not answer.
  await Promise.all([largeEventsArrive(scene), schedulerWaits(scene)]);
  await redriveHeals(scene);
  await expect('no function failed as a whole', () => {
    same(hub.functions.crashes, [], 'invocations that failed');
    return Promise.resolve();
  });
  return tally();
}

async function firstDeploy({ hub, user, expect }: Scene): Promise<void> {
  await expect('homeostasis deploy --wait: the shop runs', async () => {
    const { seconds, cost } = await deployShop(hub, user);
    print(`deployed the shop in ${seconds.toFixed(0)} s`);
    for (const line of tellCost(cost)) print(line);
  });
}

const print = (line: string): boolean => process.stdout.write(`        ${line}\n`);

/** test/path/deploy.test.ts holds the same of the embedded control plane. */
async function asInThePathTest({ stage, hub, user, expect }: Scene, generation: number): Promise<void> {
  const deployments = await deploymentsOf(user);
  const about = `generation ${generation}`;
  const now = (holds: () => void) => () => Promise.resolve().then(holds);
  await expect(
    `${about}: placed within its constraints`,
    now(() => placedAsAsked(deployments)),
  );
  await expect(
    `${about}: every deployment is ready`,
    now(() => allReady(deployments)),
  );
  await expect(`${about}: in the clouds stands that and nothing besides`, () => nothingBesides(stage, hub, user));
  await expect(`${about}: Route 53 has the split`, async () =>
    trafficOf(await recordsOf(stage, hub), deployments, hub.zone.name),
  );
}

async function theCommandsTell({ user, expect }: Scene): Promise<void> {
  const tells = (what: string, pattern: RegExp, ...args: string[]) =>
    expect(what, async () => {
      const said = await user.must(...args);
      if (!pattern.test(said)) throw new Error(`it said: ${said.slice(0, 600)}`);
    });
  await tells('homeostasis status shows where it runs', /checkout[\s\S]*(aws|azure|gcp)\//, 'status', 'shop');
  await tells('homeostasis explain says why', /checkout/, 'explain', 'shop');
  await tells('homeostasis explain of one service', /accounts/, 'explain', 'shop', 'accounts');
  await tells('homeostasis events shows the log', /rollout\.completed/, 'events', '--limit', '200');
  await tells('homeostasis dead-letters list is empty', /no dead letters/, 'dead-letters', 'list');
}

async function changeUnderFaults({ stage, hub, user, expect }: Scene): Promise<void> {
  const changed = join(stage.folder, 'shop.yaml');
  writeFileSync(changed, readFileSync(shop, 'utf8').replaceAll(/(image: \S+):(\d+)\.\S+/g, '$1:9.0.0'));
  hub.faults.active = true;
  hub.deliverTwice = true;
  await expect('a new version is rolled out under faults, every message delivered twice', async () => {
    completed(await sentAgain(user, 'deploy', changed, ...patience));
  });
  hub.faults.active = false;
  hub.deliverTwice = false;
  const faults = [
    ...(['dynamodb throttled', 'eventbridge throttled', 'eventbridge entry failed'] as const),
    ...(['transaction cancelled', 'transaction answer lost', 'publish answer lost'] as const),
  ];
  for (const fault of faults) {
    await expect(`it met: ${fault}`, () => {
      if (!hub.faults.made.has(fault)) throw new Error('it did not');
      return Promise.resolve();
    });
  }
  print(`faults met: ${[...hub.faults.made].map(([name, count]) => `${name} ${count}`).join(', ')}`);
  print(`batches delivered twice: ${hub.duplicates()}`);
  await expect('nothing of it was lost: no dead letters', async () => {
    same(await user.must('dead-letters', 'list'), 'no dead letters\n', 'dead letters');
  });
  await expect('and nothing was done twice: each service came to rest once in its generation', async () => {
    const { events } = await user.read<{ readonly events: readonly Logged[] }>('/v1/events?limit=1000');
    const ofShop = events.filter(({ event }) => event.data?.application === 'shop');
    const completed = ofShop.filter(({ event }) => event.type.includes('rollout.completed'));
    const generations = completed.map(({ event }) => event.data?.generation);
    same(generations, [...new Set(generations)], 'generations that were completed');
  });
}

const refusal = 'send it again';

/** While the table takes nothing, the API says so and accepts nothing: whoever asked does what it says. */
async function sentAgain(user: User, ...command: string[]): Promise<string> {
  for (let attempt = 1; attempt < 6; attempt += 1) {
    const { code, stdout, output } = await user.homeostasis(...command);
    if (code === 0) return stdout;
    if (!output.includes(refusal)) throw new Error(`it ended with ${code}: ${output.trim().slice(-800)}`);
  }
  return user.must(...command);
}

interface Logged {
  readonly event: {
    readonly type: string;
    readonly data?: { readonly application?: string; readonly generation?: number };
  };
}

async function removed({ stage, hub, user, expect }: Scene): Promise<void> {
  await expect('homeostasis remove --wait: nothing is left in the clouds', async () => {
    await user.must('remove', 'shop', ...patience);
    same((await stateOf(hub.foreign.sandbox.control)).left, [], 'what is left');
  });
  await expect('and nothing in Route 53 leads there', async () => {
    same(
      (await recordsOf(stage, hub)).filter(({ Weight }) => Weight !== undefined),
      [],
      'records',
    );
  });
}

/** What went wrong in the functions' own words: only shown when the check fails. */
function tellLogs(stage: Stage, hub: Hub): void {
  const isBad = (line: string): boolean => /"level":"(?:WARN|ERROR)"/.test(line);
  for (const name of hub.functions.runs.keys()) {
    const lines = hub.functions.logs(name).split('\n').filter(isBad).slice(-20);
    stage.log(`---- ${name}\n${lines.map((line) => line.slice(0, 600)).join('\n')}\n`);
  }
  stage.log(`---- other clouds\n${hub.otherLogs().slice(-4_000)}\n`);
}
