/**
 * The shapes of the catalogue: what can be rented where, under which law, in which sizes and at what price.
 *
 * Every figure is a `Fact`: it carries where it was read, when, and how far to trust it. What has no source is absent, and a
 * reader that needs it says so by name. Money is integer micro-units of USD per stated unit, so sums are exact.
 */
import type { complianceFrameworks } from '../contracts/constraints.ts';

/** A: the provider's own page or API. B: a dated third-party reading of the provider's API. C: a blog, or general knowledge. */
export type Quality = 'A' | 'B' | 'C';

/** Where a figure comes from; shared by all figures read in the same place. */
export interface Source {
  /** Name of the document and, where public, its address. */
  readonly source: string;
  /** Day the source states or was read, `YYYY-MM-DD`; `undated` where it says neither. A month alone is its first day. */
  readonly asOf: string;
  readonly quality: Quality;
}

export interface Fact<T> extends Source {
  readonly value: T;
  /** What the reader must know to use the value rightly. */
  readonly note?: string;
}

export type CatalogueCloud = 'aws' | 'azure' | 'gcp';

export type Unit = 'vcpu-hour' | 'gib-hour' | 'gb-hour' | 'million-requests' | 'hour' | 'lcu-hour' | 'gb';

export interface Money {
  /** Integer millionths of a US dollar for `per` units. */
  readonly micros: number;
  readonly currency: 'USD';
  readonly unit: Unit;
  /** How many units the amount buys: 1, or more where one unit costs a fraction of a micro-dollar. */
  readonly per: number;
}
export type Price = Fact<Money>;

export interface Coordinates {
  /** Degrees north and east; metro level, not a building. */
  readonly latitude: number;
  readonly longitude: number;
}

export type Area = 'north-america' | 'south-america' | 'europe' | 'asia' | 'oceania';

export interface Jurisdiction {
  /** ISO 3166-1 alpha-2. */
  readonly country: string;
  /** Wider names a residency constraint may use: `EU`, `EEA`, `UK`. */
  readonly blocs: readonly string[];
  /** The GDPR itself applies there (EEA member), not merely a law like it. */
  readonly gdpr: boolean;
}

export interface EgressTier {
  /** Upper end of the tier in GB a month; absent on the last. */
  readonly upToGb?: number;
  readonly price: Price;
}

/** What a GB costs that leaves the region. An absent member has no source. */
export interface Egress {
  readonly internet?: readonly EgressTier[];
  /** Between services in this region. */
  readonly sameRegion?: Price;
  /** To another region of the same cloud, by where that region is. */
  readonly interRegion: Partial<Readonly<Record<Area, Price>>>;
  /** To a region of the same cloud by its name, where the provider prices the pair; stands before `interRegion`. */
  readonly toRegion?: Readonly<Record<string, Price>>;
}

export interface Region {
  /** `cloud/name`, for example `aws/eu-west-1`. */
  readonly id: string;
  readonly cloud: CatalogueCloud;
  readonly name: string;
  /** City or metro. */
  readonly place: string;
  readonly area: Area;
  readonly coordinates: Fact<Coordinates>;
  readonly jurisdiction: Fact<Jurisdiction>;
  readonly egress: Egress;
}

/** The programmes an application may ask for: one list, the spec's. */
export { complianceFrameworks as compliancePrograms } from '../contracts/constraints.ts';
export type ComplianceProgram = (typeof complianceFrameworks)[number];

export interface Compliance {
  readonly program: ComplianceProgram;
  /** Whether the source names this very service, or only the provider's platform as a whole. */
  readonly scope: 'service' | 'platform';
}

/** Inclusive range with a step; a single value has `min` = `max`. */
export interface Range {
  readonly min: number;
  readonly max: number;
  readonly step: number;
}

/** One rule of allowed sizes: any CPU of the first range with any memory of the second. */
export interface SizeRule {
  readonly cpuMillicores: Range;
  readonly memoryMib: Range;
  /** Set where a size is a whole machine. */
  readonly instanceType?: string;
}

export interface Limits {
  /** Ascending by CPU, then memory. */
  readonly sizes: Fact<readonly SizeRule[]>;
  /** A tighter bound of our own deployer, with its reason. */
  readonly deployerCap?: { readonly cpuMillicores: number; readonly memoryMib: number; readonly reason: string };
}

/** What a service can use there through our deployers: never more than the provider offers, sometimes less (see the note). */
export interface Capabilities {
  readonly http: boolean;
  readonly grpc: boolean;
  readonly tcp: boolean;
  /** Runs without a port. */
  readonly worker: boolean;
  readonly volumes: boolean;
  readonly spot: boolean;
  readonly gpu: boolean;
  readonly arm64: boolean;
  /** Costs less, or nothing, while no request is being answered. */
  readonly scaleToZero: boolean;
  readonly secretStores: readonly string[];
}

export interface Rates {
  readonly vcpuHour: Price;
  readonly gibHour: Price;
}

export type Prices =
  /** Pay for what is allocated, by time. */
  | {
      readonly model: 'allocated';
      readonly amd64: Rates;
      readonly arm64?: Rates;
      readonly spot?: Rates;
      readonly spotArm64?: Rates;
      /** Ephemeral storage beyond what is included. */
      readonly ephemeralGbHour?: Price;
    }
  /** Pay more while answering requests than while waiting for one. */
  | {
      readonly model: 'request';
      readonly active: Rates;
      readonly idle?: Rates;
      /** Billing by instance lifetime, whether or not requests come. */
      readonly instance?: Rates;
      readonly millionRequests?: Price;
    }
  /** Pay for whole machines. */
  | { readonly model: 'machine'; readonly hour: Readonly<Record<string, Price>> }
  /** Only the control plane's fee has a source. */
  | { readonly model: 'cluster-fee'; readonly clusterHour: Price };

/** What makes a service reachable from outside, and its fixed cost. */
export type Endpoint =
  | { readonly kind: 'included'; readonly included: Fact<true> }
  | { readonly kind: 'load-balancer'; readonly hour: Price; readonly capacityUnitHour?: Price }
  | { readonly kind: 'absent'; readonly reason: string };

export interface Quotas {
  /** vCPUs a new account may run at once, and per what. */
  readonly vcpu?: Fact<number> & { readonly scope: 'region' | 'environment' };
  readonly servicesPerRegion?: Fact<number>;
}

export type Deployable = { readonly yes: true } | { readonly yes: false; readonly reason: string };

export interface Offering {
  /** `cloud/region/runtime`, for example `aws/eu-west-1/fargate`. */
  readonly id: string;
  readonly cloud: CatalogueCloud;
  readonly region: Region;
  readonly runtime: string;
  readonly deployable: Deployable;
  readonly limits?: Limits;
  readonly capabilities: Fact<Capabilities>;
  readonly maxReplicas?: Fact<number>;
  readonly compliance: readonly Fact<Compliance>[];
  /** Monthly uptime the provider commits to, in per cent. */
  readonly slaPercent?: Fact<number>;
  readonly quotas: Quotas;
  readonly prices?: Prices;
  readonly endpoint: Endpoint;
  /** What a reader might look for here and no source was found for. */
  readonly absent: readonly string[];
}

/** Given away once per account (or subscription) and month, whatever the number of services. */
export interface FreeGrant {
  readonly cloud: CatalogueCloud;
  /** `egress`, or the runtime the grant belongs to. */
  readonly appliesTo: string;
  readonly item: string;
  readonly quantity: Fact<number>;
  readonly unit: Unit;
  /** Lines of an estimate that it pays for, by their `item`. */
  readonly covers: readonly string[];
  /** Only use in regions there counts; absent: everywhere. */
  readonly within?: Area;
}

export interface Catalogue {
  /** Newest date in the data and a digest of it: equal versions are equal data. */
  readonly version: string;
  readonly regions: readonly Region[];
  readonly offerings: readonly Offering[];
  readonly freeGrants: readonly FreeGrant[];
}
