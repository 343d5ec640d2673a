import type { Place } from './places.ts';
import type { Coordinates, Region } from './types.ts';

/** Mean radius of the Earth. */
const EARTH_KM = 6371;
/** Light in glass travels at about two thirds of its speed in vacuum: kilometres per millisecond. */
const FIBRE_KM_PER_MS = (299_792.458 * 2) / 3 / 1000;
/**
 * Cables follow coasts, roads and landing points, not great circles: a route is usually 1.5 to 2 times as long. The lower end
 * is taken, because the long submarine routes that decide most bounds are the straighter ones.
 */
const ROUTE_FACTOR = 1.5;

/** What the figures of `latencyMs` rest on, for people. */
export const latencyModel =
  'Estimate, not a measurement: round trip over the great circle, times 1.5 for the route of the cable, at two thirds of the speed of light; no queueing, no last mile.';

const radians = (degrees: number): number => (degrees * Math.PI) / 180;

/** Great-circle distance (haversine). */
export function distanceKm(a: Coordinates, b: Coordinates): number {
  const dLatitude = radians(b.latitude - a.latitude);
  const dLongitude = radians(b.longitude - a.longitude);
  const h =
    Math.sin(dLatitude / 2) ** 2 +
    Math.cos(radians(a.latitude)) * Math.cos(radians(b.latitude)) * Math.sin(dLongitude / 2) ** 2;
  return 2 * EARTH_KM * Math.asin(Math.min(1, Math.sqrt(h)));
}

const located = (at: Region | Place): Coordinates => ('coordinates' in at ? at.coordinates.value : at);

/** Estimated round trip in milliseconds, to one decimal, between a region and a place or another region. See `latencyModel`. */
export function latencyMs(from: Region, to: Region | Place): number {
  const roundTripKm = 2 * distanceKm(located(from), located(to)) * ROUTE_FACTOR;
  return Math.round((roundTripKm / FIBRE_KM_PER_MS) * 10) / 10;
}
