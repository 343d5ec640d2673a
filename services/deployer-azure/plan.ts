import { parseTarget } from '../../shared/domain/target.ts';
import { InvalidSpec, type ApplyCommand } from '../../shared/ports/cloud-target.ts';
import { planApp, type AppPlan } from './plan-app.ts';
import { planGroups, type GroupPlan } from './plan-groups.ts';
import type { AzureSettings } from './settings.ts';

/** What a command asks Azure for. Pure: the same command and settings give the same requests. */
export type Plan = AppPlan | GroupPlan;

/** @throws InvalidSpec when the runtime cannot run the workload, before anything is asked of Azure. */
export function planOf(command: ApplyCommand, settings: AzureSettings): Plan {
  const runtime = runtimeOf(command.target);
  switch (runtime) {
    case 'container-apps':
      return planApp(command, settings);
    case 'container-instances':
      return planGroups(command, settings);
  }
}

const runtimes = ['container-apps', 'container-instances'] as const;
export type Runtime = (typeof runtimes)[number];

/** @throws InvalidSpec for a runtime this deployer does not know. */
export function runtimeOf(target: string): Runtime {
  const { runtime } = parseTarget(target);
  const known = runtimes.find((one) => one === runtime);
  if (known === undefined) {
    throw new InvalidSpec(`${target}: Azure has no runtime "${runtime}" here; known are ${runtimes.join(' and ')}`);
  }
  return known;
}
