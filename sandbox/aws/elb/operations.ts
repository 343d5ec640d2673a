import type { ElbOperation } from './call.ts';
import { createListener, deleteListener, describeListeners } from './listeners.ts';
import { createLoadBalancer, deleteLoadBalancer, describeLoadBalancers } from './load-balancers.ts';
import { addTags, describeTags, removeTags } from './tags.ts';
import {
  createTargetGroup,
  deleteTargetGroup,
  describeTargetGroups,
  modifyTargetGroup,
  describeTargetHealth,
} from './target-groups.ts';

/** What of Elastic Load Balancing v2 the sandbox speaks: one load balancer per service. */
export const elbOperations: Readonly<Record<string, ElbOperation>> = {
  CreateLoadBalancer: createLoadBalancer,
  DescribeLoadBalancers: describeLoadBalancers,
  DeleteLoadBalancer: deleteLoadBalancer,
  CreateTargetGroup: createTargetGroup,
  DescribeTargetGroups: describeTargetGroups,
  ModifyTargetGroup: modifyTargetGroup,
  DeleteTargetGroup: deleteTargetGroup,
  DescribeTargetHealth: describeTargetHealth,
  CreateListener: createListener,
  DescribeListeners: describeListeners,
  DeleteListener: deleteListener,
  AddTags: addTags,
  RemoveTags: removeTags,
  DescribeTags: describeTags,
};
