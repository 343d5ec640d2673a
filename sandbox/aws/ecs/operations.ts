import { describeServiceRevisions } from './service-revisions.ts';
import type { Operation } from './call.ts';
import { createCluster, deleteCluster, describeClusters, listClusters } from './clusters.ts';
import { createExpress, deleteExpress, describeExpress, updateExpress } from './express.ts';
import { createService, deleteService, describeServices, listServices, updateService } from './services.ts';
import { listTagsForResource, tagResource, untagResource } from './tags.ts';
import {
  deregisterTaskDefinition,
  describeTaskDefinition,
  listTaskDefinitions,
  registerTaskDefinition,
} from './task-definitions.ts';
import { describeTasks, listTasks } from './tasks.ts';

/** What of `AmazonEC2ContainerServiceV20141113` the sandbox speaks. */
export const ecsOperations: Readonly<Record<string, Operation>> = {
  CreateCluster: createCluster,
  DescribeClusters: describeClusters,
  ListClusters: listClusters,
  DeleteCluster: deleteCluster,
  RegisterTaskDefinition: registerTaskDefinition,
  DescribeTaskDefinition: describeTaskDefinition,
  DeregisterTaskDefinition: deregisterTaskDefinition,
  ListTaskDefinitions: listTaskDefinitions,
  CreateService: createService,
  UpdateService: updateService,
  DescribeServices: describeServices,
  DescribeServiceRevisions: describeServiceRevisions,
  DeleteService: deleteService,
  ListServices: listServices,
  ListTasks: listTasks,
  DescribeTasks: describeTasks,
  TagResource: tagResource,
  UntagResource: untagResource,
  ListTagsForResource: listTagsForResource,
  CreateExpressGatewayService: createExpress,
  DescribeExpressGatewayService: describeExpress,
  UpdateExpressGatewayService: updateExpress,
  DeleteExpressGatewayService: deleteExpress,
};
