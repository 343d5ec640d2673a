import { counted } from '../../shared/domain/counted.ts';
import type { Service } from '@aws-sdk/client-ecs';
import type { Report } from '../../shared/contracts/deployment-reported.ts';
import { Throttled } from '../../shared/ports/cloud-target.ts';
import type { RegionApi } from './aws-api.ts';
import { ensureBalancer, prunePorts, removeBalancer, type Balancer } from './balancer.ts';
import { decide, generationOf } from './decide.ts';
import { describe, find, stale, type Found } from './look.ts';
import { shortName } from './names.ts';
import type { Plan } from './plan.ts';
import * as request from './requests.ts';
import type { AwsSettings } from './settings.ts';
import { ecsTags, fromWire, identityTags, readMarks, tagKeys } from './tags.ts';

/**
 * Makes what stands follow the plan. Calls, the cluster once made: 3 to create, 4 for another definition, 3 to scale, 2 when it is
 * already so (a worker: 1); with a balancer of one port 5 more to create and 7 more for another definition.
 */
export async function applyPlan(api: RegionApi, plan: Plan, settings: AwsSettings): Promise<Report> {
  const found = await find(api, plan.command);
  const name = nameIn(plan);
  const standing = found.active.find(({ serviceName }) => serviceName === name);
  const others = found.active.filter((service) => service !== standing);
  const decision = decide(plan, standing, others);
  if (decision.kind === 'stale') return stale(plan.command, decision.generation);
  if (standing === undefined) await create(api, plan, found);
  else await change(api, plan, { standing, kind: decision.kind });
  await removeOthers(api, plan, others);
  if (decision.kind === 'already-so' && standing !== undefined) return told(api, plan, { service: standing, settings });
  return decision.kind === 'retag' ? recount(api, plan, settings) : applied(plan, decision.kind);
}

function applied(plan: Plan, kind: string): Report {
  const { application, service, target, generation, specHash, workload } = plan.command;
  return {
    application,
    service,
    target,
    generation,
    phase: 'progressing',
    reason: 'Applied',
    message: `${target}: ${kind} of ${nameIn(plan)} with ${counted(workload.replicas, 'replica')} was accepted`,
    replicas: { desired: workload.replicas, ready: 0 },
    specHash,
  };
}

/** Nothing was set in motion: what stands now is the answer. */
async function told(
  api: RegionApi,
  plan: Plan,
  of: { readonly service: Service; readonly settings: AwsSettings },
): Promise<Report> {
  const report = await describe(api, plan.command, of);
  return report.phase === 'ready' ? { ...report, reason: 'AlreadySo' } : report;
}

async function recount(api: RegionApi, plan: Plan, settings: AwsSettings): Promise<Report> {
  const { active } = await find(api, plan.command);
  const [service] = active;
  if (service === undefined) throw new Throttled(`${plan.names.service} went away while it was looked at`, 1_000);
  return told(api, plan, { service, settings });
}

const tagsOfDefinition = ({ command }: Plan) => ecsTags(identityTags(command));
const register = ({ ecs }: RegionApi, plan: Plan) =>
  ecs.register({ ...plan.taskDefinition, tags: tagsOfDefinition(plan) });

const nameIn = ({ exposure, names }: Plan): string => (exposure === 'express' ? names.express : names.service);

async function create(api: RegionApi, plan: Plan, found: Found): Promise<void> {
  const name = nameIn(plan);
  if (found.draining.some(({ serviceName }) => serviceName === name)) {
    // ECS refuses the name until its last task is gone; the command is owed until then.
    throw new Throttled(`aws/${plan.region}: ${name} is still draining`, 15_000);
  }
  if (!found.clusterStands) await api.ecs.createCluster({ [tagKeys.managedBy]: 'homeostasis' });
  const definitionArn = await register(api, plan);
  const balancer = await balancerOf(api, plan);
  const standing: request.Standing = {
    definition: shortName(definitionArn),
    definitionArn,
    targetGroups: balancer?.targetGroups ?? new Map(),
    predecessor: found.gone.find(({ serviceName }) => serviceName === name)?.createdAt?.getTime(),
  };
  try {
    if (plan.exposure === 'express') await api.ecs.createExpress(request.createExpress(plan, standing));
    else await api.ecs.createService(request.createService(plan, standing));
  } catch (error) {
    await yieldTo(api, plan, { error, definitionArn });
  }
}

/** The same command at the same time elsewhere may have been first; then its service is ours too, and our definition is spare. */
async function yieldTo(
  api: RegionApi,
  plan: Plan,
  lost: { readonly error: unknown; readonly definitionArn: string },
): Promise<void> {
  if (!(lost.error instanceof Throttled)) throw lost.error;
  const { active } = await find(api, plan.command);
  if (generationOf(active) < plan.command.generation) throw lost.error;
  await api.ecs.deregister(lost.definitionArn);
}

const balancerOf = async ({ elb }: RegionApi, { balancer, command }: Plan): Promise<Balancer | undefined> =>
  balancer === undefined ? undefined : ensureBalancer(elb, balancer, identityTags(command));

interface Change {
  readonly standing: Service;
  readonly kind: 'already-so' | 'retag' | 'scale' | 'replace' | 'create';
}

async function change(api: RegionApi, plan: Plan, { standing, kind }: Change): Promise<void> {
  switch (kind) {
    case 'already-so':
    case 'create':
      return;
    case 'retag':
      return retag(api, plan, standing);
    case 'scale':
      return scale(api, plan, standing);
    case 'replace':
      return replace(api, plan, standing);
  }
}

const newestEvent = ({ events = [] }: Service): string | undefined => events[0]?.id;

/** The story of the generation before goes on: nothing changed for ECS. */
function retag({ ecs }: RegionApi, plan: Plan, standing: Service): Promise<void> {
  const { definition = '', seenEvent } = readMarks(fromWire(standing.tags));
  return ecs.tag(standing.serviceArn ?? '', request.serviceTags(plan, definition, seenEvent));
}

/**
 * The tags go first: they are the fence. Whatever is interrupted behind them shows as drift from what they say, and is made good
 * by the same command again.
 */
async function scale(api: RegionApi, plan: Plan, standing: Service): Promise<void> {
  const arn = standing.serviceArn ?? '';
  const { definition = '' } = readMarks(fromWire(standing.tags));
  await api.ecs.tag(arn, request.serviceTags(plan, definition, newestEvent(standing)));
  if (plan.exposure === 'express') await api.ecs.updateExpress(request.scaleExpress(plan, arn));
  else await api.ecs.updateService(request.scaleService(plan));
}

async function replace(api: RegionApi, plan: Plan, service: Service): Promise<void> {
  const arn = service.serviceArn ?? '';
  const definitionArn = await register(api, plan);
  const balancer = await balancerOf(api, plan);
  const definition = shortName(definitionArn);
  const standing: request.Standing = { definition, definitionArn, targetGroups: balancer?.targetGroups ?? new Map() };
  const tags = request.serviceTags(plan, definition, newestEvent(service));
  await api.ecs.tag(arn, tags);
  if (plan.exposure === 'express') return api.ecs.updateExpress(request.updateExpress(plan, arn, standing));
  await api.ecs.updateService(request.updateService(plan, standing));
  if (balancer !== undefined) await prunePorts(api.elb, balancer, plan.names);
  else if ((service.loadBalancers ?? []).length > 0) await removeBalancer(api.elb, plan.names);
}

/** A service of another shape cannot be turned into this one: what it was before goes once the new one is accepted. */
async function removeOthers(api: RegionApi, plan: Plan, others: readonly Service[]): Promise<void> {
  for (const { serviceName = '', serviceArn = '' } of others) {
    if (serviceName === plan.names.express) await api.ecs.deleteExpress(serviceArn);
    else await api.ecs.deleteService(serviceName);
  }
  if (others.some(({ loadBalancers = [] }) => loadBalancers.length > 0) && plan.balancer === undefined) {
    await removeBalancer(api.elb, plan.names);
  }
}
