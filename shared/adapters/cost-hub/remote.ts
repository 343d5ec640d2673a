/** As hub.remote.azure has them. */
export interface AzureIdentity {
  readonly tenant: string;
  readonly client: string;
}

/** As hub.remote.gcp has them. */
export interface GoogleIdentity {
  readonly provider: string;
  readonly serviceAccount: string;
}
