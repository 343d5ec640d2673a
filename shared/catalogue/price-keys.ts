import type {
  Area,
  Catalogue,
  CatalogueCloud,
  EgressTier,
  Offering,
  Price,
  Prices,
  Rates,
  Region,
  Unit,
} from './types.ts';

/** A place in the catalogue where a price stands, or would stand if somebody knew it. */
export interface PricePlace {
  /** `<offering or region>#<member>`, for example `aws/eu-west-1/fargate#amd64.vcpuHour`, `gcp/europe-west1#internet.0`. */
  readonly key: string;
  /** The cloud's name of the region. */
  readonly region: string;
  readonly area: Area;
  readonly unit: Unit;
  readonly price?: Price;
  /** GB a month, of a tier that has a price. */
  readonly tier?: { readonly fromGb: number; readonly upToGb?: number };
}

type Data = Pick<Catalogue, 'regions' | 'offerings'>;
type Place = Omit<PricePlace, 'key' | 'region' | 'area'> & { readonly member: string };

/** More tiers than any of the three clouds has. */
const mostTiers = 6;

/** Every price of a cloud, those it has and those it could have, by key. */
export function pricePlaces({ regions, offerings }: Data, cloud: CatalogueCloud): readonly PricePlace[] {
  const ofCloud = regions.filter((each) => each.cloud === cloud);
  return [
    ...offerings
      .filter((each) => each.cloud === cloud)
      .flatMap((each) => placesOf(each).map((place) => located(each.id, each.region, place))),
    ...ofCloud.flatMap((each) => trafficPlaces(each, ofCloud).map((place) => located(each.id, each, place))),
  ];
}

function located(of: string, { name, area }: Region, { member, ...place }: Place): PricePlace {
  return { key: `${of}#${member}`, region: name, area, ...place };
}

function at(member: string, unit: Unit, price: Price | undefined): Place {
  return price === undefined ? { member, unit } : { member, unit, price };
}

function rates(member: string, known: Rates | undefined): readonly Place[] {
  return [at(`${member}.vcpuHour`, 'vcpu-hour', known?.vcpuHour), at(`${member}.gibHour`, 'gib-hour', known?.gibHour)];
}

/** How a runtime is paid for is known even where no price of it is. */
export function pricingModel({ runtime, prices }: Pick<Offering, 'runtime' | 'prices'>): Prices['model'] | undefined {
  return prices?.model ?? models[runtime];
}

const models: Readonly<Record<string, Prices['model']>> = {
  fargate: 'allocated',
  'ecs-ec2': 'machine',
  'container-apps': 'request',
  'container-instances': 'allocated',
  'cloud-run': 'request',
  'gke-autopilot': 'cluster-fee',
};

type Of<Model extends Prices['model']> = Extract<Prices, { model: Model }>;

function placesOf(offering: Offering): readonly Place[] {
  const model = pricingModel(offering);
  const compute = model === undefined ? [] : computePlaces[model](offering, offering.prices);
  return [...compute, ...endpointPlaces(offering)];
}

/** `prices` is of that model, or absent. */
const computePlaces: Readonly<
  Record<Prices['model'], (offering: Offering, prices: Prices | undefined) => readonly Place[]>
> = {
  allocated: ({ capabilities, cloud }, prices) => {
    const known = prices as Of<'allocated'> | undefined;
    const { arm64, spot } = capabilities.value;
    const kinds = [
      ['amd64', true],
      ['arm64', arm64],
      ['spot', spot],
      ['spotArm64', spot && arm64],
    ] as const;
    const ephemeral = at('ephemeralGbHour', 'gb-hour', known?.ephemeralGbHour);
    return [
      ...kinds.flatMap(([kind, possible]) => (possible ? rates(kind, known?.[kind]) : [])),
      ...(cloud === 'aws' ? [ephemeral] : []),
    ];
  },
  request: ({ cloud }, prices) => {
    const known = prices as Of<'request'> | undefined;
    return [
      ...rates('active', known?.active),
      ...rates('idle', known?.idle),
      ...(cloud === 'gcp' ? rates('instance', known?.instance) : []),
      at('millionRequests', 'million-requests', known?.millionRequests),
    ];
  },
  machine: ({ limits }, prices) => {
    const known = prices as Of<'machine'> | undefined;
    const types = (limits?.sizes.value ?? []).flatMap(({ instanceType }) => instanceType ?? []);
    return types.map((type) => at(`hour.${type}`, 'hour', known?.hour[type]));
  },
  'cluster-fee': (_, prices) => [at('clusterHour', 'hour', (prices as Of<'cluster-fee'> | undefined)?.clusterHour)],
};

/** Only AWS prices what makes a service reachable; elsewhere it is part of the runtime, or not priced by the hour. */
function endpointPlaces({ cloud, endpoint }: Offering): readonly Place[] {
  if (cloud !== 'aws') return [];
  const known = endpoint.kind === 'load-balancer' ? endpoint : undefined;
  return [
    at('endpoint.hour', 'hour', known?.hour),
    at('endpoint.capacityUnitHour', 'lcu-hour', known?.capacityUnitHour),
  ];
}

const everyArea: readonly Area[] = ['north-america', 'south-america', 'europe', 'asia', 'oceania'];

function trafficPlaces({ cloud, name, egress }: Region, regions: readonly Region[]): readonly Place[] {
  const others = regions.filter((each) => each.name !== name);
  return [
    ...ladderPlaces(egress.internet ?? []),
    at('sameRegion', 'gb', egress.sameRegion),
    ...everyArea
      // Where pairs are priced, areas are what stands in until they are read.
      .filter((area) => cloud !== 'aws' || egress.interRegion[area] !== undefined)
      .map((area) => at(`interRegion.${area}`, 'gb', egress.interRegion[area])),
    ...(cloud === 'aws' ? others.map((to) => at(`toRegion.${to.name}`, 'gb', egress.toRegion?.[to.name])) : []),
  ];
}

function ladderPlaces(tiers: readonly EgressTier[]): readonly Place[] {
  return Array.from({ length: mostTiers }, (_, step) => {
    const member = `internet.${step}`;
    const known = tiers[step];
    if (known === undefined) return at(member, 'gb', undefined);
    const fromGb = tiers[step - 1]?.upToGb ?? 0;
    const tier = known.upToGb === undefined ? { fromGb } : { fromGb, upToGb: known.upToGb };
    return { ...at(member, 'gb', known.price), tier };
  });
}
