/** The only way a service learns the time: milliseconds since the epoch. */
export interface Clock {
  now(): number;
}

export const toTime = (epochMs: number): string => new Date(epochMs).toISOString();
