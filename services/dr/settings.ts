export interface DrSettings {
  /** A scope must be down this long before anything is done about it. Milliseconds. */
  readonly holdDownMs: number;
  /** And well this long before it is used again. Milliseconds. */
  readonly readmitAfterMs: number;
}

export const defaultDrSettings: DrSettings = { holdDownMs: 15_000, readmitAfterMs: 60_000 };
