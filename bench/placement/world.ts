import { lognormal, random } from './random.ts';

/**
 * The fixed geography of a seed: 4 clouds x 30 regions x 3 machine families. Regions sit on four continents (10 North
 * America, 9 Europe, 8 Asia-Pacific, 3 South America), each a disc of the plane; the unit of distance is 1,000 km.
 */
export const CLOUDS = 4;
export const REGIONS = 30;
/** GiB of memory per vCPU and price per vCPU of the families: general, compute, memory. */
export const FAMILIES = [
  { memory: 4, price: 1 },
  { memory: 2, price: 0.85 },
  { memory: 8, price: 1.3 },
] as const;

export interface Region {
  readonly cloud: number;
  readonly location: number;
  readonly continent: number;
  readonly x: number;
  readonly y: number;
  /** Price factor: cloud +-8 %, continent up to +35 %, region +-10 %. */
  readonly price: number;
  /** Share of certifications held, 0..1; services ask for between 0 and 0.8. */
  readonly compliance: number;
  readonly reliability: number;
}

const CONTINENTS = [
  { x: 0, y: 0, radius: 2.2, price: 1, count: 10 },
  { x: 7.5, y: 0.8, radius: 1.2, price: 1.08, count: 9 },
  { x: 15, y: -2, radius: 3, price: 1.2, count: 8 },
  { x: 3, y: -7, radius: 1.5, price: 1.35, count: 3 },
] as const;

const CONTINENT_OF = CONTINENTS.flatMap((continent, index) => Array.from({ length: continent.count }, () => index));

/** A point in a continent's disc; people live where regions are, so users and regions share this. */
export function pointIn(continent: number, next: () => number): { readonly x: number; readonly y: number } {
  const disc = CONTINENTS[continent] ?? CONTINENTS[0];
  const angle = 2 * Math.PI * next();
  const radius = disc.radius * Math.sqrt(next());
  return { x: disc.x + radius * Math.cos(angle), y: disc.y + radius * Math.sin(angle) };
}

export function world(seed: number): readonly Region[] {
  const next = random(seed * 7919 + 17);
  const cloudPrice = Array.from({ length: CLOUDS }, () => 0.92 + 0.16 * next());
  return Array.from({ length: CLOUDS * REGIONS }, (_, location) => {
    const cloud = Math.floor(location / REGIONS);
    const continent = CONTINENT_OF[location % REGIONS] ?? 0;
    return {
      cloud,
      location,
      continent,
      ...pointIn(continent, next),
      price: (cloudPrice[cloud] ?? 1) * (CONTINENTS[continent]?.price ?? 1) * (0.9 + 0.2 * next()),
      compliance: 0.3 + 0.7 * next(),
      reliability: Math.min(1, 0.6 + 0.4 * next() * lognormal(next, 0.1)),
    };
  });
}
