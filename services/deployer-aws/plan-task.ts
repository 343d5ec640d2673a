import type {
  ContainerDefinition,
  HealthCheck,
  LogConfiguration,
  RegisterTaskDefinitionCommandInput,
  Volume,
} from '@aws-sdk/client-ecs';
import { InvalidSpec, type ApplyCommand } from '../../shared/ports/cloud-target.ts';
import type { Names } from './names.ts';
import { partitionOf } from './names.ts';
import { requireAccount, roleArn, type AwsSettings } from './settings.ts';

type Workload = ApplyCommand['workload'];

/** Express services ask for this name; the others take it too, so that one definition serves however the service is reached. */
export const containerName = 'Main';

export interface TaskContext {
  readonly settings: AwsSettings;
  readonly names: Names;
  readonly region: string;
  readonly runtime: 'fargate' | 'ecs-ec2';
  /** Nobody else looks after the health of a service without a load balancer. */
  readonly probeInside: boolean;
}

/** A task definition has 1,024 CPU units to the vCPU. */
const cpuUnits = (millicores: number) => Math.round((millicores * 1024) / 1000);
const within = (value: number, least: number, most: number) => Math.min(most, Math.max(least, value));

/** The command's workload as a task definition, without tags. @throws InvalidSpec for what ECS cannot express. */
export function planTask(workload: Workload, context: TaskContext): RegisterTaskDefinitionCommandInput {
  const { settings, names, region, runtime } = context;
  const fargate = runtime === 'fargate';
  // Fields left undefined are not sent.
  return {
    family: names.service,
    networkMode: 'awsvpc',
    requiresCompatibilities: [fargate ? 'FARGATE' : 'EC2'],
    cpu: String(cpuUnits(workload.cpuMillicores)),
    memory: String(workload.memoryMib),
    runtimePlatform: fargate ? { cpuArchitecture: 'X86_64', operatingSystemFamily: 'LINUX' } : undefined,
    executionRoleArn: executionRole(workload, settings, region),
    taskRoleArn: workload.hints.aws?.taskRoleArn ?? settings.roles?.task,
    volumes: planVolumes(workload),
    containerDefinitions: [planContainer(workload, context)],
  };
}

/** Registries of ECR: `123456789012.dkr.ecr.eu-west-1.amazonaws.com/web`, `….amazonaws.com.cn/web`. ECR Public asks nobody who he is. */
const isEcr = (image: string): boolean =>
  /^\d{12}\.dkr[.-]ecr(-fips)?\.[a-z0-9-]+\.(amazonaws\.com(\.cn)?|on\.aws)\//.test(image);

/** Fargate refuses a definition that needs the role without it, where container instances would use their own. */
function executionRole({ secrets, image }: Workload, settings: AwsSettings, region: string): string | undefined {
  const needed = secrets.length > 0 || settings.logGroup !== undefined || isEcr(image);
  return needed ? roleArn(settings, region, 'execution') : settings.roles?.execution;
}

/**
 * A volume with a size is an EBS volume that ECS makes with each task; ECS takes one such volume per task. One without a size is
 * the machine's own storage. Source: Amazon ECS Developer Guide, "Use Amazon EBS volumes with Amazon ECS".
 */
function planVolumes({ volumes }: Workload): Volume[] {
  const sized = volumes.filter(({ sizeGib }) => sizeGib !== undefined);
  if (sized.length > 1) {
    throw new InvalidSpec(
      `volumes ${sized.map(({ name }) => name).join(', ')} have a size; ECS attaches at most one sized volume to a task: leave the size off the others`,
    );
  }
  return volumes.map(({ name, sizeGib }) => ({ name, configuredAtLaunch: sizeGib === undefined ? undefined : true }));
}

function planContainer(workload: Workload, context: TaskContext): ContainerDefinition {
  const { settings, region, probeInside } = context;
  const { healthCheck } = workload;
  return {
    name: containerName,
    image: workload.image,
    essential: true,
    memory: workload.memoryMib,
    // Kubernetes' words: `command` replaces the image's entry point, `args` what is handed to it.
    entryPoint: workload.command,
    command: workload.args,
    environment: Object.entries(workload.env)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, value]) => ({ name, value })),
    secrets: workload.secrets.length === 0 ? undefined : planSecrets(workload, settings, region),
    portMappings: workload.ports.map(({ name, port }) => ({ name, containerPort: port, protocol: 'tcp' })),
    mountPoints: workload.volumes.map(({ name, mountPath, readOnly = false }) => ({
      sourceVolume: name,
      containerPath: mountPath,
      readOnly,
    })),
    healthCheck: healthCheck !== undefined && probeInside ? planProbe(healthCheck) : undefined,
    logConfiguration: planLogs(context),
  };
}

/**
 * `valueFrom` with the name alone works for parameters only; a secret needs its ARN, of which the random ending may be left off.
 * Source: Amazon ECS Developer Guide, "Pass Secrets Manager secrets through Amazon ECS environment variables"; Secrets Manager API
 * reference, GetSecretValue, SecretId.
 */
function planSecrets({ secrets }: Workload, settings: AwsSettings, region: string) {
  const account = requireAccount(settings, 'a service with secrets');
  const prefix = `arn:${partitionOf(region)}:secretsmanager:${region}:${account}:secret:`;
  return secrets.map(({ env, secret, key }) => ({
    name: env,
    valueFrom: key === undefined ? `${prefix}${secret}` : `${prefix}${secret}:${key}::`,
  }));
}

/** ECS runs the check inside the container, with whatever the image has. Ranges: API reference, HealthCheck. */
function planProbe(check: NonNullable<Workload['healthCheck']>): HealthCheck {
  const url = `http://localhost:${check.port}${check.path.replaceAll("'", '%27')}`;
  return {
    command: ['CMD-SHELL', `curl -fsS '${url}' >/dev/null || wget -q -O /dev/null '${url}' || exit 1`],
    interval: within(check.intervalSeconds, 5, 300),
    timeout: within(check.timeoutSeconds, 2, 60),
    retries: within(check.failureThreshold, 1, 10),
    startPeriod: within(check.initialDelaySeconds, 0, 300),
  };
}

function planLogs({ settings, region, names }: TaskContext): LogConfiguration | undefined {
  if (settings.logGroup === undefined) return undefined;
  return {
    logDriver: 'awslogs',
    options: {
      'awslogs-group': settings.logGroup,
      'awslogs-region': region,
      'awslogs-stream-prefix': names.service,
      'awslogs-create-group': 'true',
    },
  };
}
