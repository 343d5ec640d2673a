export interface GcpPricesOptions {
  /** Default `https://cloudbilling.googleapis.com`. */
  readonly endpoint?: string;
  /** Read for each reading. Absent: Application Default Credentials. */
  readonly apiKey?: () => Promise<string>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}
