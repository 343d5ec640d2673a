import type { Coordinates } from './types.ts';

/** A named place that a latency bound is measured from. City coordinates, general knowledge (quality C). */
export interface Place extends Coordinates {
  /** Lower case, hyphens for spaces, no accents: `sao-paulo`. */
  readonly name: string;
  /** ISO 3166-1 alpha-2. */
  readonly country: string;
}

const rows: readonly (readonly [name: string, country: string, latitude: number, longitude: number])[] = [
  ['amsterdam', 'NL', 52.37, 4.9],
  ['athens', 'GR', 37.98, 23.73],
  ['atlanta', 'US', 33.75, -84.39],
  ['auckland', 'NZ', -36.85, 174.76],
  ['bangalore', 'IN', 12.97, 77.59],
  ['bangkok', 'TH', 13.76, 100.5],
  ['barcelona', 'ES', 41.39, 2.17],
  ['beijing', 'CN', 39.9, 116.41],
  ['berlin', 'DE', 52.52, 13.4],
  ['bogota', 'CO', 4.71, -74.07],
  ['boston', 'US', 42.36, -71.06],
  ['brussels', 'BE', 50.85, 4.35],
  ['bucharest', 'RO', 44.43, 26.1],
  ['buenos-aires', 'AR', -34.6, -58.38],
  ['cairo', 'EG', 30.04, 31.24],
  ['cape-town', 'ZA', -33.92, 18.42],
  ['chicago', 'US', 41.88, -87.63],
  ['copenhagen', 'DK', 55.68, 12.57],
  ['dallas', 'US', 32.78, -96.8],
  ['delhi', 'IN', 28.61, 77.21],
  ['denver', 'US', 39.74, -104.99],
  ['dubai', 'AE', 25.2, 55.27],
  ['dublin', 'IE', 53.35, -6.26],
  ['frankfurt', 'DE', 50.11, 8.68],
  ['hamburg', 'DE', 53.55, 9.99],
  ['helsinki', 'FI', 60.17, 24.94],
  ['hong-kong', 'HK', 22.32, 114.17],
  ['istanbul', 'TR', 41.01, 28.98],
  ['jakarta', 'ID', -6.21, 106.85],
  ['johannesburg', 'ZA', -26.2, 28.05],
  ['kuala-lumpur', 'MY', 3.14, 101.69],
  ['lagos', 'NG', 6.52, 3.38],
  ['lima', 'PE', -12.05, -77.04],
  ['lisbon', 'PT', 38.72, -9.14],
  ['london', 'GB', 51.51, -0.13],
  ['los-angeles', 'US', 34.05, -118.24],
  ['madrid', 'ES', 40.42, -3.7],
  ['manila', 'PH', 14.6, 120.98],
  ['melbourne', 'AU', -37.81, 144.96],
  ['mexico-city', 'MX', 19.43, -99.13],
  ['miami', 'US', 25.76, -80.19],
  ['milan', 'IT', 45.46, 9.19],
  ['montreal', 'CA', 45.5, -73.57],
  ['mumbai', 'IN', 19.08, 72.88],
  ['munich', 'DE', 48.14, 11.58],
  ['nairobi', 'KE', -1.29, 36.82],
  ['new-york', 'US', 40.71, -74.01],
  ['osaka', 'JP', 34.69, 135.5],
  ['oslo', 'NO', 59.91, 10.75],
  ['paris', 'FR', 48.86, 2.35],
  ['prague', 'CZ', 50.08, 14.44],
  ['rio-de-janeiro', 'BR', -22.91, -43.17],
  ['rome', 'IT', 41.9, 12.5],
  ['san-francisco', 'US', 37.77, -122.42],
  ['santiago', 'CL', -33.45, -70.67],
  ['sao-paulo', 'BR', -23.55, -46.63],
  ['seattle', 'US', 47.61, -122.33],
  ['seoul', 'KR', 37.57, 126.98],
  ['singapore', 'SG', 1.35, 103.82],
  ['stockholm', 'SE', 59.33, 18.07],
  ['sydney', 'AU', -33.87, 151.21],
  ['taipei', 'TW', 25.03, 121.57],
  ['tel-aviv', 'IL', 32.08, 34.78],
  ['tokyo', 'JP', 35.68, 139.69],
  ['toronto', 'CA', 43.65, -79.38],
  ['vienna', 'AT', 48.21, 16.37],
  ['warsaw', 'PL', 52.23, 21.01],
  ['washington', 'US', 38.91, -77.04],
  ['zurich', 'CH', 47.38, 8.54],
];

/** All named places, by name. */
export const places: readonly Place[] = rows.map(([name, country, latitude, longitude]) => ({
  name,
  country,
  latitude,
  longitude,
}));

const byName = new Map(places.map((each) => [each.name, each]));

/** The place of that name, or undefined: a spec that names an unknown place is refused where it is read. */
export function place(name: string): Place | undefined {
  return byName.get(name);
}
