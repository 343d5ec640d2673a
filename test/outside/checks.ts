import type { Check, Stage, Tally } from './check.ts';
import { counted } from './command.ts';
import { seeDeployed } from './deployed.ts';
import { checkFocus } from './focus/check.ts';
import { runContainers } from './podman.ts';
import { find, programs } from './programs.ts';
import { startClouds, type Clouds } from './stand-ins.ts';
import { checkTerraform, checkTflint } from './terraform.ts';

const { aws, az, bash, busybox, cfnLint, chromium, curl, gcloud, moto, podman, ric, terraform, tflint } = programs;
const { alertmanager, amtool, grafanaSdk, prometheus, promtool, python } = programs;

/** A shell script that drives a face of the sandbox with its cloud's own tool. */
const againstClouds =
  (command: (clouds: Clouds) => readonly string[]) =>
  async (stage: Stage): Promise<Tally> =>
    counted(stage, ['bash', ...command(await startClouds(stage))]);

/** A program of ours that counts for itself. */
const program = (file: string) => (stage: Stage) => counted(stage, [process.execPath, file]);

/** None of the machine's variables reaches a program, so it is told where the client is. */
const withRuntimeClient = (file: string) => (stage: Stage) =>
  counted(stage, [process.execPath, file], { HOMEOSTASIS_RIC: find(ric, process.env) ?? '' });

/** Everything that is held against something nobody here wrote. */
export const checks: readonly Check[] = [
  {
    name: 'event-patterns',
    about: "our event pattern matcher gives what moto's EventBridge gives",
    needs: [moto],
    limitSeconds: 240,
    run: program('test/outside/event-patterns.ts'),
  },
  {
    name: 'deployer-aws-moto',
    about: "the AWS deployer against moto's ECS and ELBv2",
    needs: [moto],
    limitSeconds: 240,
    run: program('test/outside/deployer-aws-moto.ts'),
  },
  {
    name: 'hub-adapters',
    about: "the AWS hub's store, documents, log and bus against moto, by the embedded adapters' suites",
    needs: [moto],
    limitSeconds: 420,
    run: program('test/outside/hub-adapters.ts'),
  },
  {
    name: 'lambda',
    about: "a packaged function under AWS's own runtime client: partial failures, time-outs, init errors",
    needs: [ric, moto],
    limitSeconds: 240,
    run: withRuntimeClient('test/outside/lambda.ts'),
  },
  {
    name: 'function-budgets',
    about: "each function's bundle beside the SDK clients it needs alone, and that it starts",
    needs: [ric],
    limitSeconds: 420,
    run: withRuntimeClient('test/outside/function-budgets.ts'),
  },
  {
    name: 'cdk',
    about:
      "the hub's templates as the CDK's command makes them, alone and with a standby, and what cfn-lint finds in them",
    needs: [cfnLint],
    limitSeconds: 900,
    // The CDK is large, and other checks do without.
    run: async (stage) => (await import('./hub/cdk.ts')).checkCdk(stage),
  },
  {
    name: 'aws',
    about:
      'an application deployed by the hub: our template in moto, functions under AWS’s runtime client, three clouds',
    needs: [moto, aws, ric],
    limitSeconds: 1_500,
    run: async (stage) => (await import('./hub/aws.ts')).deployOnHub(stage),
  },
  {
    name: 'browser',
    about: 'the console in a real browser',
    needs: [chromium],
    limitSeconds: 240,
    run: program('test/browser/console.ts'),
  },
  {
    name: 'apitools',
    about: "the Google Cloud sandbox's answers in Google's own strict message classes",
    needs: [gcloud, bash],
    limitSeconds: 120,
    run: againstClouds(({ gcp }) => ['sandbox/gcp/apitools-check.sh', gcp]),
  },
  {
    name: 'gcloud',
    about: 'gcloud run against the sandbox',
    needs: [gcloud, bash],
    limitSeconds: 300,
    run: againstClouds(({ gcp }) => ['sandbox/gcp/gcloud-check.sh', gcp]),
  },
  {
    name: 'az',
    about: 'az against the sandbox',
    needs: [az, bash],
    limitSeconds: 300,
    run: againstClouds(({ azure, caFile }) => ['sandbox/azure/az-check.sh', azure, caFile]),
  },
  {
    name: 'aws-cli',
    about: 'aws ecs, elbv2 and sts against the sandbox',
    needs: [aws, bash, curl],
    limitSeconds: 420,
    run: againstClouds((clouds) => ['sandbox/aws/aws-check.sh', clouds.aws]),
  },
  {
    name: 'deployed',
    about: 'what the control plane deployed, seen and disturbed with aws, gcloud and az',
    needs: [aws, gcloud, az],
    limitSeconds: 420,
    run: seeDeployed,
  },
  {
    name: 'podman',
    about: "the sandbox's workloads as real containers",
    needs: [podman, busybox, bash],
    limitSeconds: 300,
    run: runContainers,
  },
  {
    name: 'alerts',
    about: 'Prometheus and Alertmanager: our rules fire, our hook hears it, a recovery runs, and it all ends',
    needs: [prometheus, promtool, alertmanager, amtool],
    limitSeconds: 240,
    run: async (stage) => (await import('./alerts/end-to-end.ts')).alertsEndToEnd(stage),
  },
  {
    name: 'grafana',
    about: "our dashboards in Grafana's own classes, and their queries as Prometheus reads them",
    needs: [python, grafanaSdk, promtool],
    limitSeconds: 60,
    run: async (stage) => (await import('./grafana/dashboards.ts')).checkDashboards(stage),
  },
  {
    name: 'terraform',
    about: 'infra/azure and infra/gcp as Terraform reads them',
    needs: [terraform],
    limitSeconds: 240,
    run: checkTerraform,
  },
  {
    name: 'tflint',
    about: 'infra/azure and infra/gcp by every rule that tflint has of its own',
    needs: [tflint],
    limitSeconds: 60,
    run: checkTflint,
  },
  {
    name: 'focus',
    about: 'our estimates in FOCUS 1.2, also as the command prints them, by the rule model of the FinOps Foundation',
    needs: [],
    limitSeconds: 180,
    run: checkFocus,
  },
];
