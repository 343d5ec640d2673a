import type { CostOptions } from './cost-options.ts';
import type { SecretNames } from './secret-names.ts';

/** An issuer of OIDC tokens whose holders may call the hub; what each of them may do is for ingress to say (`hub.access`). */
export interface Issuer {
  /** Lower case; calls come under `/<name>/v1/…`, those of the first issuer under `/v1/…` as well. */
  readonly name: string;
  /** `https://token.actions.githubusercontent.com`, as in the token's `iss`. */
  readonly url: string;
  readonly audiences: readonly string[];
}

/** Where deployers live that are not in AWS. Absent: that cloud is not used. */
export interface RemoteDeployers {
  readonly azure?: {
    readonly url: string;
    readonly audience: string;
    readonly tenant: string;
    readonly client: string;
  };
  readonly gcp?: {
    readonly url: string;
    readonly audience: string;
    /** `//iam.googleapis.com/projects/<number>/locations/global/workloadIdentityPools/<pool>/providers/<provider>` */
    readonly provider: string;
    readonly serviceAccount: string;
  };
}

/** The hub in the second region, as `hub.standby` names it. */
export interface StandbyOptions {
  readonly region: string;
  readonly witness: Witness;
  /** What people and deployers call: `hub.example.com`, in the zone. */
  readonly name?: string;
}

/** The lease's third register; signed in to as the remote deployers of that cloud are, under an identity of its own where one is named. */
export type Witness =
  | { readonly cloud: 'gcp'; readonly bucket: string; readonly serviceAccount?: string }
  | { readonly cloud: 'azure'; readonly account: string; readonly container: string; readonly client?: string };

/** What the hub's stack is made of, from `hub:` in homeostasis.yaml. */
export interface HubOptions {
  readonly name: string;
  readonly region?: string;
  readonly account?: string;
  readonly issuers: readonly Issuer[];
  /** The zone that services get their names in. */
  readonly zone?: { readonly id: string; readonly name: string };
  readonly remote: RemoteDeployers;
  /** Mail addresses or none: whoever is woken subscribes to the topic. */
  readonly alarmMail?: string;
  /** Second region with a standby hub: see docs/adr/0013-hub-region-loss.md. Needs `region`. */
  readonly standby?: StandbyOptions;
  /** Secrets that hooks, Prometheus, budgets and price lists need; absent: none is in AWS Secrets Manager. */
  readonly secrets?: SecretNames;
  /** Where bills and prices come from, and how often they are looked for; absent: daily, from nowhere. */
  readonly cost?: CostOptions;
  /** Settings of the AWS deployer, as `clouds.aws`. */
  readonly deployerAws: Readonly<Record<string, unknown>>;
}
