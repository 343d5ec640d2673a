import { latencyModel } from './latency.ts';
import { facts } from './provenance.ts';
import type {
  Catalogue,
  EgressTier,
  Endpoint,
  Fact,
  Offering,
  Price,
  Prices,
  Range,
  Rates,
  Region,
  SizeRule,
} from './types.ts';

/** Renders the catalogue as a reference page. Deterministic: the same data gives the same text. */

const cell = (text: string): string => text.replaceAll('|', '\\|');

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(cell).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

/** Exact decimal dollars: 40,480 micros is $0.04048. */
function dollars(price: Price): string {
  const { micros, per, unit } = price.value;
  const text = (micros / 1_000_000).toFixed(6).replace(/0+$/, '').replace(/\.$/, '');
  return `$${text}/${per === 1 ? '' : `${per} `}${unit}`;
}

const origin = (fact: Fact<unknown>): string => `${fact.quality}, ${fact.asOf}`;
const priced = (price: Price): string => `${dollars(price)} (${origin(price)})`;

function spread(range: Range): string {
  if (range.min === range.max) return `${range.min}`;
  return `${range.min}–${range.max}${range.step === 1 ? '' : ` by ${range.step}`}`;
}

function sizeLine(rule: SizeRule): string {
  const machine = rule.instanceType === undefined ? '' : `${rule.instanceType}: `;
  return `${machine}${spread(rule.cpuMillicores)}m with ${spread(rule.memoryMib)} MiB`;
}

/** One entry per list of rates there is; none for one that is absent. */
function rateLine(label: string, rates: Rates | undefined): readonly string[] {
  return rates === undefined ? [] : [`${label}${priced(rates.vcpuHour)}, ${priced(rates.gibHour)}`];
}

function priceLine(prices: Prices | undefined): string {
  if (prices === undefined) return 'absent';
  switch (prices.model) {
    case 'allocated':
      return [
        ...rateLine('', prices.amd64),
        ...rateLine('arm64 ', prices.arm64),
        ...rateLine('spot ', prices.spot),
        ...rateLine('spot arm64 ', prices.spotArm64),
      ].join('; ');
    case 'request':
      return [
        ...rateLine('active ', prices.active),
        ...rateLine('idle ', prices.idle),
        ...rateLine('instance-based ', prices.instance),
        ...(prices.millionRequests === undefined ? [] : [priced(prices.millionRequests)]),
      ].join('; ');
    case 'machine':
      return Object.entries(prices.hour)
        .map(([type, hour]) => `${type} ${priced(hour)}`)
        .join('; ');
    case 'cluster-fee':
      return `cluster ${priced(prices.clusterHour)}`;
  }
}

function endpointLine(endpoint: Endpoint): string {
  switch (endpoint.kind) {
    case 'included':
      return 'included';
    case 'load-balancer':
      return `load balancer ${priced(endpoint.hour)}`;
    case 'absent':
      return 'absent';
  }
}

function tierLine(tiers: readonly EgressTier[] | undefined): string {
  if (tiers === undefined) return 'absent';
  return tiers
    .map((tier) => `${tier.upToGb === undefined ? 'beyond' : `to ${tier.upToGb} GB`} ${priced(tier.price)}`)
    .join('; ');
}

function regionRow(region: Region): readonly string[] {
  const { latitude, longitude } = region.coordinates.value;
  const { country, blocs } = region.jurisdiction.value;
  const others = Object.entries(region.egress.interRegion).map(([area, price]) => `${area} ${priced(price)}`);
  return [
    region.id,
    region.place,
    `${latitude}, ${longitude}`,
    [country, ...blocs].join(', '),
    tierLine(region.egress.internet),
    others.length === 0 ? 'absent' : others.join('; '),
  ];
}

function offeringRow(offering: Offering): readonly string[] {
  return [
    offering.id,
    offering.deployable.yes ? 'yes' : `no: ${offering.deployable.reason}`,
    priceLine(offering.prices),
    endpointLine(offering.endpoint),
    offering.compliance.map(({ value }) => value.program + (value.scope === 'platform' ? '*' : '')).join(', '),
    offering.absent.join('; '),
  ];
}

/** One row per runtime: sizes, capabilities and service levels do not differ between its regions. */
function runtimeRows(catalogue: Catalogue): readonly (readonly string[])[] {
  const firsts = new Map<string, Offering>();
  for (const each of catalogue.offerings) {
    const key = `${each.cloud}/${each.runtime}`;
    if (!firsts.has(key)) firsts.set(key, each);
  }
  return [...firsts].map(([key, each]) => [
    key,
    each.limits?.sizes.value.map(sizeLine).join('; ') ?? 'absent',
    Object.entries(each.capabilities.value)
      .filter(([, held]) => held === true)
      .map(([name]) => name)
      .join(', '),
    each.capabilities.note ?? '',
    each.slaPercent === undefined ? 'absent' : `${each.slaPercent.value} % (${origin(each.slaPercent)})`,
    each.quotas.vcpu === undefined ? 'absent' : `${each.quotas.vcpu.value} per ${each.quotas.vcpu.scope}`,
  ]);
}

function sourceRows(catalogue: Catalogue): readonly (readonly string[])[] {
  const seen = new Map<string, readonly string[]>();
  for (const { fact } of facts(catalogue)) {
    seen.set(`${fact.source} ${fact.asOf}`, [fact.source, fact.asOf, fact.quality]);
  }
  return [...seen.values()].toSorted((a, b) => (a[0] ?? '').localeCompare(b[0] ?? '', 'en'));
}

/** The reference page of the catalogue, in Markdown. */
export function renderCatalogueMarkdown(catalogue: Catalogue): string {
  const grants = catalogue.freeGrants.map((each) => [
    each.cloud,
    each.appliesTo,
    each.item,
    `${each.quantity.value} ${each.unit} (${origin(each.quantity)})`,
  ]);
  return [
    '# Catalogue of offerings',
    `Version ${catalogue.version}: ${catalogue.offerings.length} offerings in ${catalogue.regions.length} regions. Generated from \`shared/catalogue\`; do not edit.`,
    'Every figure carries its quality and date. A: the provider’s own page or API. B: a dated third-party reading of the provider’s API. C: a blog, or general knowledge. Absent means that no source was found: nothing is guessed in its place.',
    '## Runtimes',
    table(['Runtime', 'Sizes', 'Capabilities', 'Note', 'SLA', 'Default vCPU quota'], runtimeRows(catalogue)),
    '## Offerings',
    'Compliance marked * is held by the provider’s platform; the source does not name the service.',
    table(
      ['Offering', 'Deployable', 'Prices', 'Endpoint', 'Compliance', 'Absent'],
      catalogue.offerings.map(offeringRow),
    ),
    '## Regions and traffic',
    `Round trips follow from the coordinates. ${latencyModel}`,
    table(
      ['Region', 'Place', 'Coordinates', 'Jurisdiction', 'To the internet', 'To other regions of the cloud'],
      catalogue.regions.map(regionRow),
    ),
    '## Free each month',
    'Once per account or subscription, never per service.',
    table(['Cloud', 'Applies to', 'What', 'Quantity'], grants),
    '## Sources',
    table(['Source', 'As of', 'Quality'], sourceRows(catalogue)),
    '',
  ].join('\n\n');
}
