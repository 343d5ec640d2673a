import { fact, source } from './fact.ts';
import type { CatalogueCloud, Fact, Source } from './types.ts';

/** What is saved by promising to spend for a term. What has no source is absent: no Azure figure is here. */
export interface Commitment {
  readonly cloud: CatalogueCloud;
  readonly name: string;
  /** What counts against it, by runtime. */
  readonly runtime: string;
  /** Only this architecture, or this way of paying; absent: all of the runtime. */
  readonly architecture?: 'amd64' | 'arm64';
  readonly billing?: 'request' | 'instance';
  readonly termMonths: 12 | 36;
  readonly upfront: 'none' | 'all';
  /** Share (0 to 1) by which a committed hour is cheaper than one on demand. An hour that is not used is paid all the same. */
  readonly discount: Fact<number>;
  /** Name of the region the rates were read in; absent: one share everywhere. */
  readonly readIn?: string;
  /** Whether it can be given back: none of these can. */
  readonly cancellable: false;
}

const savingsPlan = source(
  'B',
  '2026-09-25',
  'AWS price list, AWSComputeSavingsPlan offer published 2026-09-25 for us-east-1, read in a public note of 2026-09-28',
);
const runCommitments = source(
  'A',
  'undated',
  'Cloud Run, committed use discounts (cloud.google.com/run/cud, cached page)',
);

const oneRegion = 'From the vCPU rate of us-east-1; a plan counts in every region, at rates of its own there.';

/** Discounts follow from the rates: 1 less committed by on demand. */
function computePlan(
  architecture: 'amd64' | 'arm64',
  [termMonths, upfront]: readonly [12 | 36, 'none' | 'all'],
  discount: number,
): Commitment {
  return {
    cloud: 'aws',
    name: `Compute Savings Plan, ${termMonths === 12 ? 'one year' : 'three years'}, ${upfront === 'none' ? 'nothing' : 'all'} upfront`,
    runtime: 'fargate',
    architecture,
    termMonths,
    upfront,
    discount: fact(discount, savingsPlan, oneRegion),
    readIn: 'us-east-1',
    cancellable: false,
  };
}

function flexible(
  billing: 'request' | 'instance',
  termMonths: 12 | 36,
  discount: number,
  from: Source = runCommitments,
): Commitment {
  return {
    cloud: 'gcp',
    name: `Compute flexible committed use discount, ${termMonths === 12 ? 'one year' : 'three years'}`,
    runtime: 'cloud-run',
    billing,
    termMonths,
    upfront: 'none',
    discount: fact(
      discount,
      from,
      'For vCPU, memory and requests; not for traffic. Bought for a billing account, for all regions.',
    ),
    cancellable: false,
  };
}

/**
 * Commitments that have a source. Rates behind the AWS shares, per vCPU-hour: on demand 0.04048 (x86) and 0.03238 (ARM); one year,
 * nothing upfront 0.032384 and 0.0255; all upfront 0.0295504 (x86); three years, nothing upfront 0.022264 and 0.01749; all upfront
 * 0.0194304 and 0.01587.
 */
export const commitments: readonly Commitment[] = [
  computePlan('amd64', [12, 'none'], 0.2),
  computePlan('amd64', [12, 'all'], 0.27),
  computePlan('amd64', [36, 'none'], 0.45),
  computePlan('amd64', [36, 'all'], 0.52),
  computePlan('arm64', [12, 'none'], 0.2125),
  computePlan('arm64', [36, 'none'], 0.4599),
  computePlan('arm64', [36, 'all'], 0.5099),
  flexible('request', 12, 0.17),
  flexible('request', 36, 0.17),
  flexible('instance', 12, 0.28),
  flexible('instance', 36, 0.46),
];
