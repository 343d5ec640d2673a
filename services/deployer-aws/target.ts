import type { CloudTarget } from '../../shared/ports/cloud-target.ts';
import { applyPlan } from './apply.ts';
import type { AwsApi } from './aws-api.ts';
import { listRegion } from './list.ts';
import { look } from './look.ts';
import { placeOf, planDeployment } from './plan.ts';
import { removeDeployment } from './remove.ts';
import { checkRegion, type AwsSettings } from './settings.ts';

/** ECS behind the port: on Fargate and on container instances. */
export function createTarget(api: AwsApi, settings: AwsSettings): CloudTarget {
  function at(target: string) {
    const { region } = placeOf(target);
    checkRegion(settings, region);
    return api.at(region);
  }
  return {
    async apply(command) {
      const plan = planDeployment(command, settings);
      return applyPlan(api.at(plan.region), plan, settings);
    },
    observe: async (of) => look(at(of.target), of, settings),
    remove: async (of) => removeDeployment(at(of.target), of),
    async list(region) {
      checkRegion(settings, region);
      return listRegion(api.at(region));
    },
  };
}
