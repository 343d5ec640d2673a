import type { Report } from '../../shared/contracts/deployment-reported.ts';
import { Throttled, type ApplyCommand, type CloudTarget, type DeploymentKey } from '../../shared/ports/cloud-target.ts';
import { decideApply, foremost, leftovers, newerThan, oursAmong, toDelete, type ApplyStep } from './decide.ts';
import { Conflict } from './errors.ts';
import type { Resource, RunApi } from './gcp-api.ts';
import { kinds, placeIn, placeOf, resourceId, resourceName } from './names.ts';
import { absent, failed, toReport, type Standing } from './observe.ts';
import { plan } from './plan.ts';
import { withDefaults, type GcpSettings } from './settings.ts';
import { identityOf } from './tags.ts';

/** Rounds of reading and deciding anew before a resource that keeps changing under us goes back to the queue. */
const mostRounds = 3;
/** When to come back to a resource that somebody else is busy with. */
const busyMs = 2_000;

/**
 * Cloud Run as a deployment target. A command costs two reads, made at once (a deployment may be a service or a worker pool), and at
 * most one write, plus a deletion when it changes from one to the other; an observation costs the two reads, plus one when it failed.
 */
export function createTarget(api: RunApi, given: GcpSettings): CloudTarget {
  const settings = withDefaults(given);

  async function look(key: DeploymentKey): Promise<Resource[]> {
    const place = placeOf(key.target, settings);
    const id = resourceId(key);
    const found = await Promise.all(kinds.map((kind) => api.get(kind, resourceName(kind, place, id))));
    return found.filter((resource) => resource !== undefined);
  }

  /** Reads, decides and acts, again when somebody else was faster: every write is guarded by what was read. */
  async function guarded(key: DeploymentKey, act: () => Promise<Report>): Promise<Report> {
    for (let round = 1; ; round++) {
      try {
        return await act();
      } catch (error) {
        if (!(error instanceof Conflict)) throw error;
        if (round < mostRounds) continue;
        throw busy(key, `changed under us ${round} times`, error);
      }
    }
  }

  /** What stands, told in full: why it failed is written on its revision only. */
  async function tell(standing: Standing): Promise<Report> {
    const { body } = standing.resource;
    const revision = failed(standing.resource) ? body.latestCreatedRevision : undefined;
    return toReport(standing, revision ? await api.revision(revision) : undefined);
  }

  async function remove({ resource: { kind, body } }: Standing): Promise<void> {
    await api.remove(kind, body.name ?? '', body.etag ?? '');
  }

  async function act(step: ApplyStep, command: ApplyCommand, wish: Resource): Promise<Report> {
    switch (step.do) {
      case 'refuse':
        return stale(command, step.newer);
      case 'wait':
        throw busy(command, 'is still being deleted');
      case 'create':
        await api.create(placeOf(command.target, settings).parent, resourceId(command), withoutName(wish));
        return applied(command, wish);
      case 'update':
        await api.update(guardedBy(wish, step.over));
        return applied(command, wish, step.over);
      case 'keep': {
        const report = await tell(step.standing);
        return report.phase === 'ready' ? { ...report, reason: 'AlreadySo' } : report;
      }
    }
  }

  return {
    apply: (command) =>
      guarded(command, async () => {
        const wish = plan(command, settings, placeOf(command.target, settings));
        const found = await look(command);
        const step = decideApply(command, wish, found);
        const report = await act(step, command, wish);
        // Make before break: what the wanted resource replaces goes only once that was accepted.
        if (step.do !== 'refuse') await Promise.all(leftovers(command, wish, found).map(remove));
        return report;
      }),

    async observe(key) {
      const ours = oursAmong(await look(key), key);
      const first = foremost(ours);
      if (first === undefined) return absent(key);
      const report = await tell(first);
      const beside = toDelete(ours).filter((standing) => standing !== first);
      const lines = beside.map(
        ({ resource }) => `${resource.body.name} of an earlier generation still stands beside it`,
      );
      return lines.length === 0 ? report : { ...report, drift: [...lines, ...(report.drift ?? [])].slice(0, 20) };
    },

    remove: (key) =>
      guarded(key, async () => {
        const ours = oursAmong(await look(key), key);
        const first = foremost(ours);
        if (first === undefined) return absent(key);
        const newer = newerThan(ours, key.generation);
        if (newer !== undefined) return stale(key, newer);
        await Promise.all(toDelete(ours).map(remove));
        return removing(key, ours);
      }),

    async list(region) {
      const { parent } = placeIn(region, settings);
      const found = await Promise.all(kinds.map((kind) => api.list(kind, parent)));
      // What has lost our labels cannot be told whose it is; the deployment it was is seen as absent when it is observed.
      const ours = found.flat().flatMap((resource) => {
        const identity = identityOf(resource.body);
        return identity === undefined ? [] : [{ identity, resource }];
      });
      return ours.map((standing) => toReport(standing));
    },
  };
}

const identity = ({ application, service, target, generation }: DeploymentKey) => ({
  application,
  service,
  target,
  generation,
});

function busy(key: DeploymentKey, why: string, cause?: unknown): Throttled {
  const text = `${key.application}/${key.service} on ${key.target} ${why}: the command is still owed`;
  return new Throttled(text, busyMs, { cause, vendor: 'Busy' });
}

/** The id travels beside a new resource, not in it. */
function withoutName({ kind, body: { name: _, ...body } }: Resource): Resource {
  return { kind, body } as Resource;
}

const guardedBy = (wish: Resource, { resource: { body } }: Standing): Resource =>
  ({ kind: wish.kind, body: { ...wish.body, etag: body.etag ?? '' } }) as Resource;

function applied(command: ApplyCommand, wish: Resource, over?: Standing): Report {
  const uri = over?.resource.kind === 'service' ? over.resource.body.uri : undefined;
  return {
    ...identity(command),
    phase: 'progressing',
    reason: 'Applied',
    message: `${over === undefined ? 'creation' : 'update'} of ${wish.body.name} was accepted`,
    replicas: { desired: command.workload.replicas, ready: 0 },
    ...(uri ? { endpoint: uri } : {}),
    specHash: command.specHash,
    resources: [wish.body.name ?? ''],
  };
}

function removing(key: DeploymentKey, ours: readonly Standing[]): Report {
  const names = ours.map(({ resource }) => resource.body.name ?? '');
  return {
    ...identity(key),
    phase: 'removing',
    reason: 'Removing',
    message: `deletion of ${names.join(' and ')} is under way`,
    replicas: { desired: 0, ready: 0 },
    resources: names,
  };
}

function stale(key: DeploymentKey, newer: Standing): Report {
  const { generation } = newer.identity;
  return {
    ...identity(key),
    phase: 'stale',
    reason: 'StaleGeneration',
    standing: generation,
    message: `generation ${generation} stands on ${key.target}; generation ${key.generation} is older, so nothing was done`,
    replicas: { desired: 0, ready: 0 },
    resources: [newer.resource.body.name ?? ''],
  };
}
