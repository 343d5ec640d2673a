import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** A program that is not ours and that npm does not bring. */
export interface Program {
  /** Name on the PATH; of several, one suffices. */
  readonly commands: readonly string[];
  /** How a person gets it. */
  readonly get: string;
  /** A developer may do without it; CI may not. */
  readonly optionalLocally?: true;
  /** Environment variable that may hold its path instead. */
  readonly variable?: string;
}

export const programs = {
  aws: { commands: ['aws'], get: 'pip install awscli, or on Debian: apt-get install awscli' },
  gcloud: {
    commands: ['gcloud'],
    get: 'install the package google-cloud-cli (2025 or later) as https://cloud.google.com/sdk/docs/install says',
  },
  az: {
    commands: ['az'],
    get: 'on Debian: apt-get install --no-install-recommends azure-cli',
    optionalLocally: true,
  },
  moto: { commands: ['moto_server'], get: "pip install 'moto[server]'" },
  podman: {
    commands: ['podman'],
    get: 'on Debian: apt-get install --no-install-recommends podman crun catatonit iptables',
    optionalLocally: true,
  },
  busybox: { commands: ['busybox'], get: 'on Debian: apt-get install busybox-static', optionalLocally: true },
  chromium: {
    commands: ['chromium', 'chromium-browser', 'google-chrome'],
    get: 'on Debian: apt-get install chromium, or set CHROMIUM to the path of one',
    variable: 'CHROMIUM',
  },
  /** AWS's own Lambda runtime client: built from C++ when it is installed, so no dependency of ours. */
  ric: {
    commands: ['aws-lambda-ric'],
    get: 'needs cmake, g++ and make: npm install --prefix <folder> --allow-scripts=aws-lambda-ric aws-lambda-ric@4.0.2, and set HOMEOSTASIS_RIC to <folder>/node_modules/aws-lambda-ric',
    variable: 'HOMEOSTASIS_RIC',
  },
  bash: { commands: ['bash'], get: 'on Debian: apt-get install bash' },
  terraform: {
    commands: ['terraform'],
    get: 'install Terraform 1.9 or later as https://developer.hashicorp.com/terraform/install says',
  },
  tflint: {
    commands: ['tflint'],
    get: 'go install github.com/terraform-linters/tflint@v0.61.0',
    optionalLocally: true,
  },
  prometheus: { commands: ['prometheus'], get: 'on Debian: apt-get install --no-install-recommends prometheus' },
  promtool: { commands: ['promtool'], get: 'it comes with prometheus' },
  alertmanager: {
    commands: ['prometheus-alertmanager', 'alertmanager'],
    get: 'on Debian: apt-get install --no-install-recommends prometheus-alertmanager',
  },
  amtool: { commands: ['amtool'], get: 'it comes with prometheus-alertmanager' },
  python: { commands: ['python3'], get: 'on Debian: apt-get install python3' },
  /** A library: it has no command, and is found by the variable alone. */
  grafanaSdk: {
    commands: ['grafana-foundation-sdk'],
    get: "pip install 'grafana-foundation-sdk==1769699998!10.1.0' into an environment of its own, and set HOMEOSTASIS_GRAFANA_SDK to <environment>/lib/python3.<n>/site-packages/grafana_foundation_sdk",
    optionalLocally: true,
    variable: 'HOMEOSTASIS_GRAFANA_SDK',
  },
  cfnLint: { commands: ['cfn-lint'], get: 'pip install cfn-lint' },
  curl: { commands: ['curl'], get: 'on Debian: apt-get install curl' },
} as const satisfies Record<string, Program>;

export type Environment = Readonly<Record<string, string | undefined>>;

/** Path of the program, if it is there. */
export function find(program: Program, environment: Environment): string | undefined {
  const named = program.variable === undefined ? undefined : environment[program.variable];
  if (named !== undefined && existsSync(named)) return named;
  const folders = (environment['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  return program.commands.flatMap((command) => folders.map((folder) => join(folder, command))).find(existsSync);
}

export type Missing = { readonly kind: 'fail' | 'skip'; readonly message: string };

/** Why a check cannot run here. Nothing is skipped in CI, and nowhere without a word. */
export function missing(needs: readonly Program[], environment: Environment): Missing | undefined {
  const absent = needs.filter((program) => find(program, environment) === undefined);
  if (absent.length === 0) return undefined;
  const names = absent.map(({ commands }) => commands[0] ?? '').join(' and ');
  const be = absent.length === 1 ? 'is' : 'are';
  const inCi = (environment['CI'] ?? '') !== '';
  if (!inCi && absent.every((program) => program.optionalLocally === true)) {
    return { kind: 'skip', message: `${names} ${be} not installed (required in CI)` };
  }
  return { kind: 'fail', message: `${names} ${be} not installed: ${absent.map(({ get }) => get).join('; ')}` };
}
