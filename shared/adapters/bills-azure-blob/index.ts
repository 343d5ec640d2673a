import type { TokenCredential } from '@azure/identity';
import type { RestError } from '@azure/storage-blob';
import { ContainerClient } from '@azure/storage-blob';
import { FileGone, type BillSource } from '../../ports/bill-source.ts';
import { Throttled, Unauthorized } from '../../ports/cloud-target.ts';
import type { PlaceObject } from '../bills/parts.ts';
import { createPlaceSource } from '../bills/place-source.ts';

export interface AzureBlobSourceOptions {
  readonly name: string;
  /** Of the storage account, for example https://bills.blob.core.windows.net. */
  readonly url: string;
  readonly container: string;
  readonly prefix?: string;
  /** Who asks. Absent: anonymous, or what the signature allows. */
  readonly credential?: TokenCredential;
  /** A shared access signature, with or without its `?`: asked for with each reading, because it is changed before it ends. */
  readonly signature?: () => Promise<string>;
}

/** Bills in a blob container, as Cost Management's exports write them. Needs the role Storage Blob Data Reader. */
export function createAzureBlobSource(options: AzureBlobSourceOptions): BillSource {
  const { name, url, container, prefix, credential, signature } = options;
  const address = new URL(url);
  address.pathname = `${address.pathname.replace(/\/$/, '')}/${container}`;
  const where = `bill source ${name}: container ${container} at ${address.origin}`;
  const client = signature === undefined ? kept(address, credential) : signed(address, signature);
  return createPlaceSource({
    name,
    objects: async () => {
      try {
        return await listed(await client(), prefix);
      } catch (error) {
        throw meaning(error, where);
      }
    },
    download: async ({ key, version }, to) => {
      try {
        const blob = (await client()).getBlobClient(key);
        await blob.downloadToFile(to, 0, undefined, { conditions: { ifMatch: version } });
      } catch (error) {
        throw meaning(error, `${where}, ${key}`);
      }
    },
  });
}

/** One for all: it keeps its token. */
function kept({ href }: URL, credential: TokenCredential | undefined): () => Promise<ContainerClient> {
  const client = new ContainerClient(href, credential);
  return () => Promise.resolve(client);
}

const signed = (address: URL, signature: () => Promise<string>) => async (): Promise<ContainerClient> => {
  const own = new URL(address);
  own.search = await signature();
  return new ContainerClient(own.href);
};

async function listed(client: ContainerClient, prefix: string | undefined): Promise<PlaceObject[]> {
  const found: PlaceObject[] = [];
  for await (const { name, properties } of client.listBlobsFlat(prefix === undefined ? {} : { prefix })) {
    const { etag, contentLength = 0, lastModified } = properties;
    found.push({ key: name, version: quoted(etag), bytes: contentLength, writtenAt: lastModified.getTime() });
  }
  return found;
}

/** Lists give the tag bare, conditions want it quoted. */
const quoted = (etag: string): string => (etag.startsWith('"') ? etag : `"${etag}"`);

/** Microsoft's answers as what the caller does about them. */
function meaning(error: unknown, where: string): Error {
  const { statusCode, message, name } = error as RestError;
  if (statusCode === 404 || statusCode === 412)
    return new FileGone(`${where} is gone or has changed`, { cause: error });
  if (statusCode === 401 || statusCode === 403 || /Credential|Authentication/.test(name)) {
    return new Unauthorized(`${where}: ${first(message)}; it takes the role Storage Blob Data Reader`, {
      cause: error,
    });
  }
  if (statusCode === 429 || statusCode === 503)
    return new Throttled(`${where}: ${first(message)}`, 30_000, { cause: error });
  return error as Error;
}

const first = (message: string): string => message.split('\n')[0]?.slice(0, 300) ?? '';
