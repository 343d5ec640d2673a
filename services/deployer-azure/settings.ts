/** What the deployer has to know about a subscription; everything else it learns from commands and from Azure. */
export interface AzureSettings {
  readonly subscription: string;
  /** Every resource of ours is made in it. */
  readonly resourceGroup: string;
  /**
   * Where the resource group is made when it is missing. Absent: it must exist, and a command for a missing one is answered
   * with TargetNotFound.
   */
  readonly resourceGroupLocation?: string;
  /** Azure names of the regions we may deploy to: `westeurope`. */
  readonly regions: readonly string[];
  /**
   * Managed environment per region: a name in the resource group, or a full resource id of one elsewhere. Regions without one use
   * `homeostasis-<region>`.
   */
  readonly environments?: Readonly<Record<string, string>>;
  /** Make a missing environment (Consumption workload profile); default true. One given by resource id is never made. */
  readonly createEnvironments?: boolean;
  /** `https://<vault>.vault.azure.net`, where secret references lead. */
  readonly keyVaultUrl?: string;
  /** Resource id of the user-assigned identity that reads the vault and the registries; services that need either need it. */
  readonly identity?: string;
  /** Private registries that `identity` may pull from. */
  readonly registries?: readonly string[];
  /** Azure Resource Manager, default `https://management.azure.com`. */
  readonly endpoint?: string;
  /** PEM of an extra certificate authority, for a sandbox or an inspecting proxy. */
  readonly ca?: string;
  /** Scheme of a container app's base URL, default https; http also lets plain requests in. */
  readonly endpointScheme?: 'https' | 'http';
  readonly client?: ClientSettings;
}

/** Who signs in, and where, unless a credential object is given. */
export interface SignInSettings {
  /** Directory to sign in to; absent: the credential's own. */
  readonly tenant?: string;
  /** Identity platform, default `https://login.microsoftonline.com`; sovereign clouds have others. */
  readonly authorityHost?: string;
  /** PEM of an extra certificate authority. */
  readonly ca?: string;
}

export interface ClientSettings {
  /** Milliseconds, default 2,000. */
  readonly connectTimeoutMs?: number;
  /** Milliseconds for one request, default 10,000. */
  readonly requestTimeoutMs?: number;
  /** Retries of one request inside the client, default 2. */
  readonly retries?: number;
  /** First pause between them in milliseconds, default 200; doubles. */
  readonly retryDelayMs?: number;
}

/** Where an environment is, as the calls need it. */
export interface EnvironmentRef {
  readonly id: string;
  readonly resourceGroup: string;
  readonly name: string;
  /** Given by resource id: somebody else's to make. */
  readonly foreign: boolean;
}

export function environmentOf(settings: AzureSettings, region: string): EnvironmentRef {
  const given = settings.environments?.[region] ?? `homeostasis-${region}`;
  const [, resourceGroup, name] = /\/resourceGroups\/([^/]+)\/.*\/managedEnvironments\/([^/]+)$/i.exec(given) ?? [];
  if (resourceGroup !== undefined && name !== undefined) return { id: given, resourceGroup, name, foreign: true };
  return {
    id: `/subscriptions/${settings.subscription}/resourceGroups/${settings.resourceGroup}/providers/Microsoft.App/managedEnvironments/${given}`,
    resourceGroup: settings.resourceGroup,
    name: given,
    foreign: false,
  };
}
