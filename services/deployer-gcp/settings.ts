import type { googleAuthLibrary } from 'google-gax';
import { Type, type Static } from 'typebox';
import { Compile } from 'typebox/compile';

const Text = Type.String({ minLength: 1 });
const Milliseconds = Type.Integer({ minimum: 0 });

/** What the deployer has to know of the Google Cloud side; field names are those of `clouds.gcp` in homeostasis.yaml. */
const FileSettings = Type.Object(
  {
    /** Project id. */
    project: Text,
    /** Regions it may use; any when absent. */
    regions: Type.Optional(Type.Array(Text, { minItems: 1 })),
    /** Default grpc, as of Google's own clients; rest is for networks that let nothing else through. */
    transport: Type.Optional(Type.Union([Type.Literal('grpc'), Type.Literal('rest')])),
    /** Another address of the Cloud Run Admin API: `http://127.0.0.1:40123`, or `host:port` with TLS. It must speak `transport`. */
    endpoint: Type.Optional(Text),
    /** E-mail address of the account that services run as, unless one hints another; absent: the project's compute account. */
    serviceAccount: Type.Optional(Text),
    /**
     * Whether anybody may call the services, as the traffic gateway must; default true. It switches the invoker IAM check off. With
     * false the gateway needs `roles/run.invoker` and an identity token of its own.
     */
    public: Type.Optional(Type.Boolean()),
    /**
     * Registry host → path of an Artifact Registry remote repository that stands in for it:
     * `ghcr.io` → `europe-docker.pkg.dev/my-project/ghcr`. Cloud Run pulls from no foreign registry but Docker Hub.
     */
    remoteRepositories: Type.Optional(Type.Record(Type.String(), Text)),
    /** Longest time for one API call, default 10,000. */
    requestTimeoutMs: Type.Optional(Milliseconds),
    /** Pause before a call that found nobody is tried a second and last time, default 200. */
    retryDelayMs: Type.Optional(Milliseconds),
  },
  { additionalProperties: false },
);

export type GcpSettings = Static<typeof FileSettings> & {
  /** Never from a file. Absent: Application Default Credentials, and none at all over plain HTTP. */
  readonly credentials?: googleAuthLibrary.AuthClient;
};

const defaults = {
  transport: 'grpc',
  public: true,
  remoteRepositories: {},
  requestTimeoutMs: 10_000,
  retryDelayMs: 200,
} satisfies Partial<GcpSettings>;

/** Settings with every default written out. */
export type ResolvedSettings = GcpSettings & Required<Pick<GcpSettings, keyof typeof defaults>>;

export const withDefaults = (settings: GcpSettings): ResolvedSettings => ({ ...defaults, ...settings });

const checker = Compile(FileSettings);

/** @throws TypeError naming the first field that does not fit. */
export function parseSettings(value: unknown): GcpSettings {
  if (checker.Check(value)) return value;
  const [first] = checker.Errors(value);
  throw new TypeError(`Google Cloud settings: ${first?.instancePath || '(all)'} ${first?.message ?? 'is not valid'}`);
}
