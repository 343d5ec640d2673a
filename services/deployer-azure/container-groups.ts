import type { ContainerGroup } from '@azure/arm-containerinstance';
import type { Report } from '../../shared/contracts/deployment-reported.ts';
import type { ApplyCommand, DeploymentKey } from '../../shared/ports/cloud-target.ts';
import type { AzureApi } from './azure-api.ts';
import { Busy } from './errors.ts';
import { isStale, requireOurs } from './fence.ts';
import type { Ground } from './ground.ts';
import { groupPlace, normaliseRegion, resourceName } from './names.ts';
import { isStopped, observeGroups } from './observe-groups.ts';
import { labelled, type GroupPlan } from './plan-groups.ts';
import { absent, applied, removing, stale } from './report.ts';
import { current, leftovers, type Standing } from './standing.ts';
import { readStanding } from './read-standing.ts';
import { stepsOf, type Step } from './steps.ts';
import { fromTags, toTags } from './tags.ts';
import { inTurns } from './in-turns.ts';

/**
 * Deployments as container groups, one per replica, for nothing in Azure keeps several alike. `apply` changes what can be changed
 * in place; what cannot is made beside the old groups, and `observe` retires those once the new ones are ready.
 * Calls to Azure with n replicas: a first apply 4 + 2n (n > 2: 2 + 3n), a repeated one or an observe n + 2.
 */
export function createContainerGroups(api: AzureApi, ground: Ground) {
  async function perform(step: Step, plan: GroupPlan): Promise<void> {
    const { body, marks } = plan;
    switch (step.kind) {
      case 'delete':
        await api.groups.delete(step.name);
        return;
      case 'put': {
        const tags = toTags({ ...marks, span: step.span });
        await ground.inGroup(() => api.groups.put(step.name, { ...labelled(body, step.name), tags }));
        return;
      }
      case 'sleep':
        await api.groups.tag(step.name, toTags({ ...marks, span: step.span }));
        await api.groups.stop(step.name);
        return;
    }
  }

  /** What an apply left for later: groups that were replaced go, and a group that stands for zero replicas is stopped. */
  async function finish(standing: Standing): Promise<void> {
    const now = current(standing);
    const awake = now?.marks.replicas === 0 ? now.groups.filter(({ group }) => canStop(group)) : [];
    await inTurns([
      ...leftovers(standing).map((group) => () => remove(group)),
      ...awake.map(
        ({ group }) =>
          () =>
            api.groups.stop(group.name ?? ''),
      ),
    ]).catch((error: unknown) => {
      // Still in transition: the next look, or the sweep that looks at everything, finishes it.
      if (!(error instanceof Busy)) throw error;
    });
  }

  async function remove(group: ContainerGroup): Promise<void> {
    if (group.provisioningState !== 'Deleting') await api.groups.delete(group.name ?? '');
  }

  return {
    async apply(command: ApplyCommand, plan: GroupPlan): Promise<Report> {
      const standing = await readStanding(api, plan.base);
      for (const { group } of standing.groups) {
        const marks = fromTags(group.tags);
        requireOurs(command, marks, `container group ${group.name ?? ''}`);
        if (isStale(command, marks)) return stale(command, marks);
      }
      const phases = stepsOf(plan, standing);
      if (phases.every((steps) => steps.length === 0)) return settled(command, standing);
      for (const steps of phases) await inTurns(steps.map((step) => () => perform(step, plan)));
      const marks = fromTags(toTags(plan.marks));
      return applied(command, marks, { resources: standing.groups.map(({ group }) => group.id) });
    },

    async observe(key: DeploymentKey): Promise<Report> {
      const standing = await readStanding(api, resourceName(key));
      const report = observeGroups(key, standing);
      if (report === undefined) return absent(key);
      // Only for the generation that was asked about: an old question must not retire anything.
      const over = report.phase === 'ready' || (report.replicas.desired === 0 && report.phase === 'progressing');
      if (over && report.generation === key.generation) await finish(standing);
      return report;
    },

    async remove(key: DeploymentKey): Promise<Report> {
      const standing = await readStanding(api, resourceName(key));
      const now = current(standing);
      if (now === undefined) return absent(key);
      const groups = standing.groups.map(({ group }) => group);
      for (const group of groups) requireOurs(key, fromTags(group.tags), `container group ${group.name ?? ''}`);
      if (isStale(key, now.marks)) return stale(key, now.marks);
      // One in transition cannot be deleted yet: the others are, and the command stays owed.
      await inTurns(groups.map((group) => () => remove(group)));
      return removing(
        key,
        now.marks,
        groups.map(({ id }) => id),
      );
    },

    async list(region: string): Promise<Report[]> {
      const bases = new Map<string, ContainerGroup[]>();
      for (const group of await api.groups.list()) {
        const place = groupPlace(group.name ?? '');
        if (place === undefined || normaliseRegion(group.location ?? '') !== region) continue;
        bases.set(place.base, [...(bases.get(place.base) ?? []), group]);
      }
      return [...bases].flatMap(([base, groups]) => listed(base, groups));
    },
  };
}

function settled(command: ApplyCommand, standing: Standing): Report {
  const report = observeGroups(command, standing) ?? absent(command);
  return report.phase === 'ready' ? { ...report, reason: 'AlreadySo' } : report;
}

function listed(base: string, groups: readonly ContainerGroup[]): Report[] {
  const placed = groups.flatMap((group) => {
    const place = groupPlace(group.name ?? '');
    return place === undefined ? [] : [{ slot: place.slot, index: place.index, group }];
  });
  const standing = { base, groups: placed };
  const marks = current(standing)?.marks;
  if (marks?.identity === undefined) return [];
  const report = observeGroups({ ...marks.identity, generation: marks.generation ?? 1 }, standing);
  return report === undefined ? [] : [report];
}

const canStop = (group: ContainerGroup): boolean => group.provisioningState === 'Succeeded' && !isStopped(group);
