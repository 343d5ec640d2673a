import { pricingModel } from './price-keys.ts';
import type { Read } from './refreshed.ts';
import type { Offering, Prices, Rates } from './types.ts';

type Of<Model extends Prices['model']> = Extract<Prices, { model: Model }>;

/** Both halves of a rate, or none: half a rate would make a replica look half as dear. */
function ratesWith(key: string, read: Read, known: Rates | undefined): Rates | undefined {
  const vcpuHour = read(`${key}.vcpuHour`, 'vcpu-hour', known?.vcpuHour);
  const gibHour = read(`${key}.gibHour`, 'gib-hour', known?.gibHour);
  return vcpuHour === undefined || gibHour === undefined ? undefined : { vcpuHour, gibHour };
}

/** What an offering costs, with refreshed prices in place of the embedded ones; undefined where not even the first rate is known. */
export function pricesWith(offering: Offering, read: Read): Prices | undefined {
  const model = pricingModel(offering);
  switch (model) {
    case 'allocated':
      return allocatedWith(offering.id, read, offering.prices as Of<'allocated'> | undefined);
    case 'request':
      return requestWith(offering.id, read, offering.prices as Of<'request'> | undefined);
    case 'machine':
      return machineWith(offering, read, offering.prices as Of<'machine'> | undefined);
    case 'cluster-fee': {
      const known = offering.prices as Of<'cluster-fee'> | undefined;
      const clusterHour = read(`${offering.id}#clusterHour`, 'hour', known?.clusterHour);
      return clusterHour === undefined ? undefined : { model, clusterHour };
    }
    case undefined:
      return undefined;
  }
}

function allocatedWith(id: string, read: Read, known: Of<'allocated'> | undefined): Prices | undefined {
  const amd64 = ratesWith(`${id}#amd64`, read, known?.amd64);
  if (amd64 === undefined) return undefined;
  return {
    model: 'allocated',
    amd64,
    ...present({
      arm64: ratesWith(`${id}#arm64`, read, known?.arm64),
      spot: ratesWith(`${id}#spot`, read, known?.spot),
      spotArm64: ratesWith(`${id}#spotArm64`, read, known?.spotArm64),
      ephemeralGbHour: read(`${id}#ephemeralGbHour`, 'gb-hour', known?.ephemeralGbHour),
    }),
  };
}

function requestWith(id: string, read: Read, known: Of<'request'> | undefined): Prices | undefined {
  const active = ratesWith(`${id}#active`, read, known?.active);
  if (active === undefined) return undefined;
  return {
    model: 'request',
    active,
    ...present({
      idle: ratesWith(`${id}#idle`, read, known?.idle),
      instance: ratesWith(`${id}#instance`, read, known?.instance),
      millionRequests: read(`${id}#millionRequests`, 'million-requests', known?.millionRequests),
    }),
  };
}

function present<T extends object>(members: { readonly [K in keyof T]: T[K] | undefined }): Partial<T> {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as Partial<T>;
}

function machineWith({ id, limits }: Offering, read: Read, known: Of<'machine'> | undefined): Prices | undefined {
  const types = (limits?.sizes.value ?? []).flatMap(({ instanceType }) => instanceType ?? []);
  const hour = types.flatMap((type) => {
    const price = read(`${id}#hour.${type}`, 'hour', known?.hour[type]);
    return price === undefined ? [] : [[type, price] as const];
  });
  return hour.length === 0 ? undefined : { model: 'machine', hour: Object.fromEntries(hour) };
}
