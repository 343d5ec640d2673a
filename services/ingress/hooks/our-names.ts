import { createHash } from 'node:crypto';

/** Where a service stands, as the monitor's read endpoint says it. */
export interface Standing {
  readonly application: string;
  readonly service: string;
  /** `cloud/region/runtime` */
  readonly target: string;
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/**
 * Every name under which an alert may speak of what stands there: the names that the deployer of its cloud gives, which no service may
 * import from another. `our-names.test.ts` holds them against the deployers' own.
 */
export function resourceNamesOf(standing: Standing): readonly string[] {
  const [cloud = '', region = ''] = standing.target.split('/');
  if (cloud === 'aws') return awsNames(standing);
  if (cloud === 'azure') return [`azure/${azureName(standing)}`];
  // The same in every region: only the place tells two of them apart.
  return cloud === 'gcp' ? [`gcp/${region}/${googleName(standing)}`] : [];
}

/** The same for a resource that an alert names. Container groups carry their slot and index, target groups their port. */
export function resourceKeys(
  names: readonly string[],
  origin: { readonly cloud: string; readonly region?: string } | undefined,
): readonly string[] {
  if (origin === undefined) return [];
  const { cloud, region = '' } = origin;
  if (cloud === 'gcp') return names.map((name) => `gcp/${region}/${name}`);
  const ending = cloud === 'aws' ? /-\d{1,5}$/ : /-[ab]\d{1,4}$/;
  return names.flatMap((name) => [`${cloud}/${name}`, `${cloud}/${name.replace(ending, '')}`]);
}

function awsNames({ application, service, target }: Standing): readonly string[] {
  const digest = sha256(`${application}/${service}/${target}`).slice(0, 12);
  const full = `aws/${application}-${service}-${digest}`;
  const stem = `${application}-${service}`.slice(0, 10).replace(/-+$/, '');
  return [full, `${full}-express`, `aws/hs-${stem}-${digest}`];
}

function azureName({ application, service, target }: Standing): string {
  const code = BigInt(`0x${sha256(`${application}/${service}/${target}`).slice(0, 10)}`)
    .toString(36)
    .padStart(8, '0');
  const plain = `${application}-${service}`.replaceAll(/-{2,}/g, '-');
  const lettered = /^[a-z]/.test(plain) ? plain : `h${plain}`;
  return `${lettered.slice(0, 32 - code.length - 1).replace(/-+$/, '')}-${code}`;
}

function googleName({ application, service }: Standing): string {
  const plain = `${application}-${service}`;
  const clear = !application.includes('-') && !service.includes('-');
  if (clear && /^[a-z]/.test(plain) && plain.length <= 49) return plain;
  const digest = sha256(`${application}/${service}`).slice(0, 10);
  const readable = /^[a-z]/.test(plain) ? plain : `s${plain}`;
  return `${readable.slice(0, 49 - digest.length - 1).replace(/-+$/, '')}-${digest}`;
}
