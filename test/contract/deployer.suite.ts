import { hash } from 'node:crypto';
import { Compile } from 'typebox/compile';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Report } from '../../shared/contracts/deployment-reported.ts';
import type { Workload } from '../../shared/contracts/workload.ts';
import { parseTarget } from '../../shared/domain/target.ts';
import {
  CapacityExhausted,
  CloudUnreachable,
  InvalidSpec,
  Throttled,
  type ApplyCommand,
  type CloudTarget,
  type DeploymentKey,
} from '../../shared/ports/cloud-target.ts';

/** What goes wrong in the sandbox: the kinds of `sandbox/core`, for the cloud under test. */
export interface SuiteFault {
  readonly kind: 'region-down' | 'api-error' | 'throttle' | 'capacity' | 'slow-start' | 'unhealthy' | 'stuck';
  /** Share of calls hit; all when absent. */
  readonly rate?: number;
  readonly times?: number;
  readonly ms?: number;
}

/** What somebody else does to our resources with the provider's own tools. */
export type Meddling =
  | { readonly kind: 'scale'; readonly replicas: number }
  /** Another value in the spec hash tag or label. */
  | { readonly kind: 'retag'; readonly specHash: string }
  | { readonly kind: 'delete' };

export interface DeployerUnderTest {
  readonly target: CloudTarget;
  /** Advances sandbox time until every operation under way that can end has ended. */
  settle(): Promise<void>;
  fault(fault: SuiteFault): void;
  clearFaults(): void;
  /** Everything the sandbox cloud holds (`CloudFace.resources()`). */
  resources(): readonly { readonly type: string; readonly id: string }[];
  /** Types of resources that are ground to stand on (cluster, resource group, environment) and outlive deployments. */
  readonly groundTypes: readonly string[];
  /** Takes HTTP services. */
  readonly targetId: string;
  /** Takes services without a port, when it is not `targetId`. */
  readonly workerTargetId?: string;
  /** Takes services with a TCP port, when it is not `targetId`. */
  readonly tcpTargetId?: string;
  meddle(deployment: DeploymentKey, how: Meddling): Promise<void>;
  close(): Promise<void>;
}

/** What a cloud may lack. A missing one skips cases that are named after it. */
export type Capability = 'tcp' | 'sizes' | 'worker' | 'capacity' | 'stuck' | 'meddle-scale' | 'meddle-retag';

const reports = Compile(Report);

/** A report that passed its schema: everything a deployer says is checked against the contract. */
function checked(report: Report): Report {
  const problems = reports.Errors(report).map(({ instancePath, message }) => `${instancePath} ${message}`);
  expect(problems, JSON.stringify(report)).toEqual([]);
  return report;
}

const web: Workload = {
  image: 'ghcr.io/example/shop-web:1',
  replicas: 2,
  cpuMillicores: 1000,
  memoryMib: 2048,
  env: { MODE: 'live' },
  secrets: [],
  ports: [{ name: 'http', port: 8080, protocol: 'HTTP' }],
  volumes: [],
  healthCheck: {
    path: '/healthz',
    port: 8080,
    intervalSeconds: 10,
    timeoutSeconds: 3,
    failureThreshold: 3,
    initialDelaySeconds: 5,
  },
  requestDriven: true,
  spot: false,
  hints: {},
};

const { healthCheck: _, ...withoutHealth } = web;
const worker: Workload = { ...withoutHealth, image: 'ghcr.io/example/shop-worker:1', ports: [], requestDriven: false };
const tcp: Workload = {
  ...withoutHealth,
  image: 'redis:7',
  ports: [{ name: 'redis', port: 6379, protocol: 'TCP' }],
  requestDriven: false,
};

interface Wish {
  readonly target: string;
  readonly application?: string;
  readonly service?: string;
  readonly generation?: number;
  readonly workload?: Workload;
}

function command({
  target,
  application = 'shop',
  service = 'web',
  generation = 1,
  workload = web,
}: Wish): ApplyCommand {
  const specHash = hash('sha256', JSON.stringify(workload), 'hex').slice(0, 16);
  return { application, service, target, generation, tier: 'standard', workload, specHash };
}

const next = (previous: ApplyCommand, change: Partial<Workload> = {}): ApplyCommand =>
  command({
    ...previous,
    generation: previous.generation + 1,
    workload: { ...previous.workload, ...change },
  });

const keyOf = ({ application, service, target, generation }: ApplyCommand): DeploymentKey => ({
  application,
  service,
  target,
  generation,
});

/** Written once, run on every cloud: what the port promises, seen from outside. */
export function describeDeployer(
  name: string,
  create: () => Promise<DeployerUnderTest>,
  options: { readonly missing?: readonly Capability[] } = {},
): void {
  const needs = (capability: Capability) => it.skipIf(options.missing?.includes(capability) === true);

  describe(`deployer ${name}`, () => {
    let under: DeployerUnderTest;
    beforeEach(async () => {
      under = await create();
    });
    afterEach(() => under.close());

    const apply = async (wish: ApplyCommand) => checked(await under.target.apply(wish));
    const observe = async (wish: ApplyCommand) => checked(await under.target.observe(keyOf(wish)));
    const remove = async (wish: ApplyCommand) => checked(await under.target.remove(keyOf(wish)));
    const workerTarget = () => under.workerTargetId ?? under.targetId;
    const deployed = () => under.resources().filter(({ type }) => !under.groundTypes.includes(type));
    const standing = () =>
      under
        .resources()
        .map(({ type, id }) => `${type} ${id}`)
        .sort();

    async function ready(wish: ApplyCommand): Promise<Report> {
      await apply(wish);
      await under.settle();
      const report = await observe(wish);
      expect(report).toMatchObject({ ...keyOf(wish), phase: 'ready' });
      return report;
    }

    async function gone(wish: ApplyCommand): Promise<void> {
      await remove(wish);
      await under.settle();
      expect(await observe(wish)).toMatchObject({ phase: 'absent' });
    }

    describe('apply', () => {
      it('creates, says progressing, and is ready with an endpoint once all replicas are', async () => {
        const wish = command({ target: under.targetId });
        const first = await apply(wish);
        expect(first).toMatchObject({ ...keyOf(wish), phase: 'progressing', specHash: wish.specHash });
        expect(['Applied', 'Provisioning']).toContain(first.reason);
        expect(await observe(wish)).toMatchObject({ phase: 'progressing' });
        await under.settle();
        const report = await observe(wish);
        expect(report).toMatchObject({
          ...keyOf(wish),
          phase: 'ready',
          specHash: wish.specHash,
          replicas: { desired: 2, ready: 2 },
        });
        expect(report.endpoint).toMatch(/^https?:\/\/[^/]+$/);
        expect(report.drift ?? []).toEqual([]);
        expect(report.resources?.length).toBeGreaterThan(0);
      });

      it('again while it is on its way changes nothing', async () => {
        const wish = command({ target: under.targetId });
        await apply(wish);
        const before = standing();
        expect(await apply(wish)).toMatchObject({ ...keyOf(wish), phase: 'progressing' });
        expect(standing()).toEqual(before);
        await under.settle();
        expect(await observe(wish)).toMatchObject({ phase: 'ready' });
      });

      it('again when it stands says so and changes nothing', async () => {
        const wish = command({ target: under.targetId });
        await ready(wish);
        const before = standing();
        expect(await apply(wish)).toMatchObject({ ...keyOf(wish), phase: 'ready', reason: 'AlreadySo' });
        expect(standing()).toEqual(before);
        await under.settle();
        expect(await observe(wish)).toMatchObject({ phase: 'ready', replicas: { desired: 2, ready: 2 } });
      });

      it('twice at the same time makes one deployment', async () => {
        const once = command({ target: under.targetId, service: 'once' });
        await ready(once);
        const one = deployed().length;
        const wish = command({ target: under.targetId });
        await Promise.all([apply(wish), apply(wish)]);
        await under.settle();
        expect(await observe(wish)).toMatchObject({ phase: 'ready' });
        // A version that lost the race may be kept in the history of the same resource; a second resource may not.
        await gone(wish);
        expect(deployed().length).toBe(one);
      });

      it('scales up, down and to zero as new generations', async () => {
        let wish = command({ target: under.targetId });
        const { endpoint } = await ready(wish);
        for (const replicas of [4, 1, 0, 2]) {
          wish = next(wish, { replicas });
          const report = await ready(wish);
          expect(report.replicas).toEqual({ desired: replicas, ready: replicas });
          if (replicas > 0) expect(report.endpoint).toBe(endpoint);
        }
      });

      it('updates image, environment and size in place: the endpoint stays', async () => {
        const first = command({ target: under.targetId });
        const { endpoint } = await ready(first);
        const second = next(first, {
          image: 'ghcr.io/example/shop-web:2',
          env: { MODE: 'canary' },
          cpuMillicores: 2000,
          memoryMib: 4096,
        });
        expect(await apply(second)).toMatchObject({ ...keyOf(second), phase: 'progressing' });
        await under.settle();
        expect(await observe(second)).toMatchObject({
          ...keyOf(second),
          phase: 'ready',
          specHash: second.specHash,
          endpoint,
          replicas: { desired: 2, ready: 2 },
        });
      });

      it('goes back to an earlier workload as a new generation', async () => {
        const first = command({ target: under.targetId });
        await ready(first);
        const second = next(first, { image: 'ghcr.io/example/shop-web:2' });
        await apply(second);
        const third = next(second, { image: first.workload.image });
        // Some clouds take no change while another one is under way: then the command is owed, as for a queue.
        await converge(third);
        expect(third.specHash).toBe(first.specHash);
        expect(await observe(third)).toMatchObject({ ...keyOf(third), phase: 'ready', specHash: first.specHash });
      });

      it('carries a new generation of the same workload', async () => {
        const first = command({ target: under.targetId });
        await ready(first);
        await ready(next(first));
      });

      it('refuses a generation older than the one that stands', async () => {
        const second = next(command({ target: under.targetId }), { image: 'ghcr.io/example/shop-web:2' });
        await ready(second);
        const before = standing();
        const first = command({ target: under.targetId });
        expect(await apply(first)).toMatchObject({
          ...keyOf(first),
          phase: 'stale',
          reason: 'StaleGeneration',
          standing: second.generation,
        });
        expect(standing()).toEqual(before);
        expect(await observe(second)).toMatchObject({ phase: 'ready', specHash: second.specHash });
      });

      needs('sizes')('refuses a size that the runtime does not have, and leaves nothing', async () => {
        const wish = command({ target: under.targetId, workload: { ...web, cpuMillicores: 300, memoryMib: 70_000 } });
        await expect(under.target.apply(wish)).rejects.toBeInstanceOf(InvalidSpec);
        expect(deployed()).toEqual([]);
      });

      it('takes a service that loses its port', async () => {
        const first = command({ target: under.targetId });
        await ready(first);
        const second = command({ target: under.targetId, generation: 2, workload: worker });
        const report = await converge(second);
        expect(report.endpoint).toBeUndefined();
        await gone(second);
        expect(deployed()).toEqual([]);
      });
    });

    /** Repeats a command as a queue would until it holds: for states that need the end of another operation first. */
    async function converge(wish: ApplyCommand, rounds = 20): Promise<Report> {
      for (let round = 1; ; round++) {
        await under.target.apply(wish).catch(owed);
        await under.settle();
        const report = await under.target.observe(keyOf(wish)).catch(owed);
        if (report?.phase === 'ready' && report.generation === wish.generation) return checked(report);
        if (round === rounds) throw new Error(`not ready after ${rounds} rounds: ${JSON.stringify(report)}`);
      }
    }

    describe('kinds of services', () => {
      needs('worker')('a worker has no endpoint', async () => {
        const wish = command({ target: workerTarget(), service: 'mailer', workload: worker });
        const report = await ready(wish);
        expect(report.endpoint).toBeUndefined();
        expect(report.replicas).toEqual({ desired: 2, ready: 2 });
        const second = next(wish, { replicas: 3 });
        await ready(second);
        await gone(second);
        expect(deployed()).toEqual([]);
      });

      needs('tcp')('a TCP service is reached at host and port', async () => {
        const wish = command({ target: under.tcpTargetId ?? under.targetId, service: 'cache', workload: tcp });
        const report = await ready(wish);
        expect(report.endpoint).toMatch(/^tcp:\/\/.+:\d+$/);
        const second = next(wish, { image: 'redis:8' });
        expect(await ready(second)).toMatchObject({ endpoint: report.endpoint });
        await gone(second);
        expect(deployed()).toEqual([]);
      });

      it('secrets travel as references', async () => {
        const secrets = [{ env: 'TOKEN', secret: 'shop-token' }];
        await ready(command({ target: under.targetId, workload: { ...web, secrets } }));
      });

      it('a key inside a secret is found, whatever the store makes of it', async () => {
        const secrets = ['user', 'password'].map((key) => ({ env: key.toUpperCase(), secret: 'shop/database', key }));
        await ready(command({ target: under.targetId, workload: { ...web, secrets } }));
      });

      // Every cloud bounds its probes differently: a deployer fits a check into them, and none is refused for it.
      const longest = { intervalSeconds: 300, timeoutSeconds: 60, failureThreshold: 10, initialDelaySeconds: 3600 };
      const shortest = { intervalSeconds: 1, timeoutSeconds: 1, failureThreshold: 1, initialDelaySeconds: 0 };
      const slack = { intervalSeconds: 60, timeoutSeconds: 60, failureThreshold: 10, initialDelaySeconds: 61 };
      it.each([
        ['longest', longest],
        ['shortest', shortest],
        ['most patient', slack],
      ])('the %s health check there is, is taken', async (_, numbers) => {
        const healthCheck = { path: '/healthz', port: 8080, ...numbers };
        await under.target.apply(command({ target: under.targetId, workload: { ...web, healthCheck } }));
      });

      it('similar and long names never meet', async () => {
        const long = 'a'.repeat(39);
        const names = [
          { application: 'shop', service: 'web-api' },
          { application: 'shop-web', service: 'api' },
          { application: `${long}b`, service: `${long}c` },
          { application: `${long}c`, service: `${long}b` },
          { application: `${long}b`, service: `${long}d` },
        ];
        const wishes = names.map((both) => command({ target: under.targetId, ...both }));
        for (const wish of wishes) await ready(wish);
        for (const [index, wish] of wishes.entries()) {
          await gone(wish);
          for (const other of wishes.slice(index + 1)) expect(await observe(other)).toMatchObject({ phase: 'ready' });
        }
        expect(deployed()).toEqual([]);
      });
    });

    describe('remove', () => {
      it('is removing, then absent, and leaves nothing', async () => {
        const wish = command({ target: under.targetId });
        await ready(wish);
        const report = await remove(wish);
        expect(['removing', 'absent']).toContain(report.phase);
        await under.settle();
        expect(await observe(wish)).toMatchObject({ phase: 'absent', replicas: { desired: 0, ready: 0 } });
        expect(deployed()).toEqual([]);
      });

      it('again, while under way and afterwards, is the same', async () => {
        const wish = command({ target: under.targetId });
        await ready(wish);
        await remove(wish);
        const second = await remove(wish);
        expect(['removing', 'absent']).toContain(second.phase);
        await under.settle();
        expect(await remove(wish)).toMatchObject({ phase: 'absent' });
        expect(deployed()).toEqual([]);
      });

      it('of what never was is absent', async () => {
        const wish = command({ target: under.targetId });
        expect(await observe(wish)).toMatchObject({ phase: 'absent', reason: 'NotFound' });
        expect(await remove(wish)).toMatchObject({ phase: 'absent' });
      });

      it('clears every generation that came before', async () => {
        let wish = command({ target: under.targetId });
        await ready(wish);
        for (const tag of ['2', '3']) {
          wish = next(wish, { image: `ghcr.io/example/shop-web:${tag}` });
          await ready(wish);
        }
        await gone(wish);
        expect(deployed()).toEqual([]);
      });

      it('leaves a newer generation alone', async () => {
        const first = command({ target: under.targetId });
        const second = next(first, { replicas: 3 });
        await ready(second);
        const standing = second.generation;
        expect(await remove(first)).toMatchObject({ ...keyOf(first), phase: 'stale', standing });
        await under.settle();
        expect(await observe(second)).toMatchObject({ phase: 'ready' });
      });

      it('of one service leaves its neighbour', async () => {
        const first = command({ target: under.targetId, service: 'web' });
        const second = command({ target: under.targetId, service: 'api' });
        await ready(first);
        await ready(second);
        await gone(first);
        expect(await observe(second)).toMatchObject({ phase: 'ready' });
      });

      it('makes room for the same name again', async () => {
        const wish = command({ target: under.targetId });
        await ready(wish);
        await gone(wish);
        await converge(next(wish));
      });
    });

    describe('list', () => {
      it('tells everything of ours in the region, page by page, and nothing of another region', async () => {
        const wishes = Array.from({ length: 12 }, (_, index) =>
          command({ target: under.targetId, service: `web-${index}` }),
        );
        for (const wish of wishes) await apply(wish);
        await under.settle();
        const { region } = parseTarget(under.targetId);
        const found = (await under.target.list(region)).map(checked);
        const spell = ({ application, service, target, generation, phase }: Report) =>
          `${application}/${service}/${target} ${generation} ${phase}`;
        expect(found.map(spell).sort()).toEqual(
          wishes.map((wish) => `shop/${wish.service}/${wish.target} 1 ready`).sort(),
        );
      });

      it('tells the generation that stands, and not what is gone', async () => {
        const first = command({ target: under.targetId });
        const other = command({ target: under.targetId, service: 'api' });
        await ready(first);
        await ready(other);
        await ready(next(first, { replicas: 3 }));
        await gone(other);
        const found = await under.target.list(parseTarget(under.targetId).region);
        expect(found.map(({ service, generation, phase }) => ({ service, generation, phase }))).toEqual([
          { service: first.service, generation: 2, phase: 'ready' },
        ]);
      });

      it('is empty where nothing of ours is', async () => {
        expect(await under.target.list(parseTarget(under.targetId).region)).toEqual([]);
      });
    });

    describe('drift', () => {
      needs('meddle-scale')(
        'replicas changed behind our back are seen, and put right by the same command',
        async () => {
          const wish = command({ target: under.targetId });
          await ready(wish);
          await under.meddle(keyOf(wish), { kind: 'scale', replicas: 4 });
          await under.settle();
          const report = await observe(wish);
          expect((report.drift ?? []).join()).toMatch(/replica/);
          expect((await apply(wish)).reason).not.toBe('AlreadySo');
          await under.settle();
          const righted = await observe(wish);
          expect(righted).toMatchObject({ phase: 'ready', replicas: { desired: 2, ready: 2 } });
          expect(righted.drift ?? []).toEqual([]);
        },
      );

      needs('meddle-retag')('a changed spec hash is seen, and put right', async () => {
        const wish = command({ target: under.targetId });
        await ready(wish);
        await under.meddle(keyOf(wish), { kind: 'retag', specHash: 'deadbeefdeadbeef' });
        expect((await observe(wish)).specHash).toBe('deadbeefdeadbeef');
        await converge(wish);
        expect((await observe(wish)).specHash).toBe(wish.specHash);
      });

      it('a deleted resource is seen, and comes back by the same command', async () => {
        const wish = command({ target: under.targetId });
        await ready(wish);
        await under.meddle(keyOf(wish), { kind: 'delete' });
        await under.settle();
        // What belonged to it may be left: then nobody may say that nothing stands.
        expect(['absent', 'removing']).toContain((await observe(wish)).phase);
        await converge(wish);
        await gone(wish);
        expect(deployed()).toEqual([]);
      });
    });

    describe('trouble', () => {
      it.each(['region-down', 'api-error'] as const)('%s is CloudUnreachable for every verb', async (kind) => {
        const wish = command({ target: under.targetId });
        await ready(wish);
        under.fault({ kind });
        const { region } = parseTarget(under.targetId);
        const another = command({ target: under.targetId, service: 'api' });
        await expect(under.target.apply(another)).rejects.toBeInstanceOf(CloudUnreachable);
        await expect(under.target.observe(keyOf(wish))).rejects.toBeInstanceOf(CloudUnreachable);
        await expect(under.target.remove(keyOf(wish))).rejects.toBeInstanceOf(CloudUnreachable);
        await expect(under.target.list(region)).rejects.toBeInstanceOf(CloudUnreachable);
        under.clearFaults();
        await under.settle();
        expect(await observe(wish)).toMatchObject({ phase: 'ready' });
      });

      it('throttling is Throttled, with a time to wait', async () => {
        under.fault({ kind: 'throttle' });
        const wish = command({ target: under.targetId });
        const error: unknown = await under.target.apply(wish).catch((caught: unknown) => caught);
        expect(error).toBeInstanceOf(Throttled);
        expect((error as Throttled).retryAfterMs).toBeGreaterThan(0);
        await expect(under.target.observe(keyOf(wish))).rejects.toBeInstanceOf(Throttled);
        under.clearFaults();
        await ready(wish);
      });

      needs('capacity')('capacity that ran out is CapacityExhausted, thrown or reported', async () => {
        under.fault({ kind: 'capacity' });
        const wish = command({ target: under.targetId });
        expect(await outcome(wish)).toBe('CapacityExhausted');
        under.clearFaults();
        await under.target.remove(keyOf(wish));
        await under.settle();
        expect(deployed()).toEqual([]);
      });

      async function outcome(wish: ApplyCommand): Promise<string> {
        try {
          await apply(wish);
        } catch (error) {
          return error instanceof CapacityExhausted ? error.name : String(error);
        }
        await under.settle();
        const { phase, reason } = await observe(wish);
        return phase === 'failed' ? reason : `${phase}, ${reason}`;
      }

      needs('capacity')('capacity that ran out for an update leaves what runs', async () => {
        const wish = command({ target: under.targetId });
        await ready(wish);
        under.fault({ kind: 'capacity' });
        const second = next(wish, { replicas: 6 });
        expect(await outcome(second)).toBe('CapacityExhausted');
        under.clearFaults();
        await converge(next(second, { replicas: 2 }));
      });

      needs('stuck')('an operation that never ends is progressing, and a newer generation gets past it', async () => {
        under.fault({ kind: 'stuck' });
        const wish = command({ target: under.targetId });
        expect(await apply(wish)).toMatchObject({ phase: 'progressing' });
        await under.settle();
        expect(await observe(wish)).toMatchObject({ phase: 'progressing' });
        under.clearFaults();
        await converge(next(wish, { image: 'ghcr.io/example/shop-web:2' }));
      });

      it('a slow start is progressing, then ready', async () => {
        under.fault({ kind: 'slow-start', ms: 30_000 });
        const wish = command({ target: under.targetId });
        await apply(wish);
        expect(await observe(wish)).toMatchObject({ phase: 'progressing' });
        for (let round = 0; round < 20 && (await observe(wish)).phase !== 'ready'; round++) await under.settle();
        expect(await observe(wish)).toMatchObject({ phase: 'ready' });
      });

      it('replicas that fail their health check are never ready', async () => {
        under.fault({ kind: 'unhealthy' });
        const wish = command({ target: under.targetId });
        await apply(wish);
        await under.settle();
        const report = await observe(wish);
        expect(['progressing', 'degraded', 'failed']).toContain(report.phase);
        expect(report.replicas.ready).toBe(0);
      });

      it('calls that fail one time in four are made good by trying again, and leave no orphan', async () => {
        under.fault({ kind: 'api-error', rate: 0.25 });
        const wish = command({ target: under.targetId });
        await persist(() => under.target.apply(wish));
        under.clearFaults();
        await converge(wish);
        under.fault({ kind: 'api-error', rate: 0.25 });
        await persist(() => under.target.remove(keyOf(wish)));
        under.clearFaults();
        await gone(wish);
        expect(deployed()).toEqual([]);
      });
    });
  });
}

/** What the pipeline gives back to the queue: the command is still owed. */
function owed(error: unknown): undefined {
  if (error instanceof CloudUnreachable || error instanceof Throttled) return undefined;
  throw error;
}

/** Tries as a queue does: only errors that ask for it are tried again. */
async function persist(act: () => Promise<Report>): Promise<Report> {
  for (let attempt = 1; ; attempt++) {
    const report = await act().catch(owed);
    if (report !== undefined) return checked(report);
    if (attempt === 100)
      throw new Error('still failing after 100 attempts, three in four of whose calls were answered');
  }
}
