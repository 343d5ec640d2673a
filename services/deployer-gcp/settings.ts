import type { googleAuthLibrary } from 'google-gax';

/** What the deployer has to know of the Google Cloud side. */
export interface GcpSettings {
  /** Project id. */
  readonly project: string;
  /** Regions it may use; all when absent. */
  readonly regions?: readonly string[];
  /** gRPC is what Google's own clients default to; REST is for networks that let nothing else through. */
  readonly transport: 'grpc' | 'rest';
  /** Another address of the Cloud Run Admin API: `http://127.0.0.1:40123`. The port must speak `transport`. */
  readonly endpoint?: string;
  /**
   * Whether anybody may call the services, as the traffic gateway must: it switches the invoker IAM check off. With `false` the
   * gateway needs `roles/run.invoker` and an identity token of its own.
   */
  readonly public: boolean;
  /**
   * Registry host → path of an Artifact Registry remote repository that stands in for it:
   * `ghcr.io` → `europe-docker.pkg.dev/my-project/ghcr`. Cloud Run pulls from no foreign registry but Docker Hub.
   */
  readonly remoteRepositories: Readonly<Record<string, string>>;
  /** Absent: Application Default Credentials, and none at all over plain HTTP. */
  readonly credentials?: googleAuthLibrary.AuthClient;
  /** Longest time for one API call, in milliseconds. */
  readonly requestTimeoutMs: number;
  /** Pause before a call that found nobody is tried a second and last time, in milliseconds. */
  readonly retryDelayMs: number;
}

export const defaultSettings: Omit<GcpSettings, 'project'> = {
  transport: 'grpc',
  public: true,
  remoteRepositories: {},
  requestTimeoutMs: 10_000,
  retryDelayMs: 200,
};

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Settings of a deployed function.
 * @throws Error naming the variable that is missing or wrong.
 */
export function settingsFrom(environment: Environment): GcpSettings {
  const project = environment['HOMEOSTASIS_GCP_PROJECT'] ?? environment['GOOGLE_CLOUD_PROJECT'];
  if (!project) throw new Error('set HOMEOSTASIS_GCP_PROJECT to the id of the project to deploy into');
  const regions = listOf(environment['HOMEOSTASIS_GCP_REGIONS']);
  const endpoint = environment['HOMEOSTASIS_GCP_ENDPOINT'];
  return {
    ...defaultSettings,
    project,
    ...(regions.length === 0 ? {} : { regions }),
    ...(endpoint ? { endpoint } : {}),
    transport: oneOf('HOMEOSTASIS_GCP_TRANSPORT', environment, ['grpc', 'rest']),
    public: oneOf('HOMEOSTASIS_GCP_PUBLIC', environment, ['true', 'false']) === 'true',
    remoteRepositories: pairsOf('HOMEOSTASIS_GCP_REMOTE_REPOSITORIES', environment),
  };
}

const listOf = (text = ''): string[] =>
  text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');

/** The first allowed value is the default. */
function oneOf<const T extends string>(name: string, environment: Environment, allowed: readonly [T, ...T[]]): T {
  const given = environment[name] || allowed[0];
  const found = allowed.find((value) => value === given);
  if (found === undefined) throw new Error(`${name} is "${given}"; allowed: ${allowed.join(', ')}`);
  return found;
}

function pairsOf(name: string, environment: Environment): Record<string, string> {
  const pairs = listOf(environment[name]).map((item) => {
    const [host = '', path = '', ...rest] = item.split('=');
    if (host === '' || path === '' || rest.length > 0) {
      throw new Error(
        `${name} holds "${item}"; expected host=repository, for example ghcr.io=europe-docker.pkg.dev/p/ghcr`,
      );
    }
    return [host, path] as const;
  });
  return Object.fromEntries(pairs);
}
