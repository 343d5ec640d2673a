import { STSClient } from '@aws-sdk/client-sts';
import type { Clock } from '../../ports/clock.ts';
import type { LeaseStore } from '../../ports/lease-store.ts';
import { azureTokens } from '../federation/relay-tokens.ts';
import { createAwsWebIdentity } from '../federation/aws-web-identity.ts';
import { createTokenCache } from '../federation/token-cache.ts';
import type { TokenSource } from '../federation/token.ts';
import { azureBlob, gcs, type Dialect } from './dialect.ts';
import { createGoogleStorageToken } from './google-storage-token.ts';
import { createObjectLease } from './index.ts';
import { createObjectJournal, type ObjectJournal } from './journal.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** The hub's place in the other cloud. */
export interface Witness {
  readonly lease: LeaseStore;
  readonly journal: ObjectJournal;
}

interface GcpWitness {
  readonly cloud: 'gcp';
  readonly bucket: string;
  /** Default: the account that the relay acts as. */
  readonly serviceAccount?: string;
  /** Another address than `https://storage.googleapis.com/<bucket>`: private endpoints, tests. */
  readonly url?: string;
}

interface AzureWitness {
  readonly cloud: 'azure';
  readonly account: string;
  readonly container: string;
  /** Default: the identity that the relay acts as. */
  readonly client?: string;
  readonly url?: string;
}

/** What the relay signs in with there, as far as we need it. */
interface Relay {
  readonly azure?: { readonly tenant: string; readonly client: string; readonly authorityHost?: string };
  readonly gcp?: {
    readonly provider: string;
    readonly providerAudience?: string;
    readonly serviceAccount: string;
    readonly tokenUrl?: string;
    readonly credentialsUrl?: string;
  };
}

/**
 * The lease's third register and the journal beside it, by HOMEOSTASIS_WITNESS, signed in to as the relay is (HOMEOSTASIS_RELAY).
 * @throws Error naming the variable that is missing or wrong.
 * @example const { lease, journal } = witnessFrom(process.env, { now: () => Date.now() });
 */
export function witnessFrom(environment: Environment, clock: Clock): Witness {
  const { url, dialect, tokens } = placeOf(environment, clock);
  const options = { dialect, token: () => tokens.get() };
  return {
    lease: createObjectLease({ ...options, url: `${url}/lease` }),
    journal: createObjectJournal({ ...options, url }),
  };
}

interface Place {
  readonly url: string;
  readonly dialect: Dialect;
  readonly tokens: TokenSource;
}

function placeOf(environment: Environment, clock: Clock): Place {
  const witness = parsed<GcpWitness | AzureWitness>(environment, 'HOMEOSTASIS_WITNESS');
  const relay = parsed<Relay>(environment, 'HOMEOSTASIS_RELAY');
  switch (witness.cloud) {
    case 'gcp': {
      const { gcp } = relay;
      if (gcp === undefined) throw unsigned('gcp');
      const { bucket, serviceAccount = gcp.serviceAccount, url = `https://storage.googleapis.com/${bucket}` } = witness;
      const audience = gcp.providerAudience ?? gcp.provider;
      const subjectToken = createAwsWebIdentity({ client: new STSClient({}), audience });
      const fetch = createGoogleStorageToken({ ...gcp, serviceAccount, subjectToken });
      return { url, dialect: gcs, tokens: createTokenCache({ fetch, clock }) };
    }
    case 'azure': {
      const { azure } = relay;
      if (azure === undefined) throw unsigned('azure');
      const { account, container, client = azure.client } = witness;
      const { url = `https://${account}.blob.core.windows.net/${container}` } = witness;
      // Source: learn.microsoft.com/azure/storage/blobs/authorize-access-azure-active-directory
      const to = { ...azure, client, audience: 'https://storage.azure.com' };
      return { url, dialect: azureBlob, tokens: azureTokens(to, { clock }) };
    }
    default:
      throw new Error(`HOMEOSTASIS_WITNESS: cloud is ${JSON.stringify(witness)}; expected "gcp" or "azure"`);
  }
}

const unsigned = (cloud: string): Error =>
  new Error(`HOMEOSTASIS_RELAY says nothing of ${cloud}, where the witness is: name ${cloud} in hub.remote too`);

function parsed<T>(environment: Environment, name: string): T {
  const text = environment[name];
  if (!text) throw new Error(`the environment variable ${name} is not set: deploy the function with infra/aws`);
  try {
    return JSON.parse(text) as T;
  } catch (cause) {
    throw new Error(`${name} is not JSON: ${(cause as Error).message}`, { cause });
  }
}
