import type { ApiError } from '@google-cloud/storage';
import { Storage, type StorageOptions } from '@google-cloud/storage';
import { FileGone, type BillSource } from '../../ports/bill-source.ts';
import { Throttled, Unauthorized } from '../../ports/cloud-target.ts';
import type { PlaceObject } from '../bills/parts.ts';
import { createPlaceSource } from '../bills/place-source.ts';

export interface GcsSourceOptions {
  readonly name: string;
  readonly bucket: string;
  readonly prefix?: string;
  /** Another server that speaks the JSON API; without `authClient` it is asked without credentials. */
  readonly endpoint?: string;
  readonly authClient?: StorageOptions['authClient'];
}

/** Bills in a Cloud Storage bucket, as BigQuery exports them. Needs the role Storage Object Viewer. */
export function createGcsSource({ name, bucket, prefix, endpoint, authClient }: GcsSourceOptions): BillSource {
  const storage = new Storage({
    ...(endpoint === undefined ? {} : { apiEndpoint: endpoint }),
    ...(authClient === undefined ? {} : { authClient, useAuthWithCustomEndpoint: true }),
  });
  const where = `bill source ${name}: gs://${bucket}/${prefix ?? ''}`;
  return createPlaceSource({
    name,
    objects: async () => {
      try {
        const [files] = await storage.bucket(bucket).getFiles(prefix === undefined ? {} : { prefix });
        return files.map(({ name: key, metadata }): PlaceObject => {
          const { generation, size, updated } = metadata;
          return {
            key,
            version: String(generation),
            bytes: Number(size ?? 0),
            writtenAt: Date.parse(updated ?? '') || 0,
          };
        });
      } catch (error) {
        throw meaning(error, where);
      }
    },
    download: async ({ key, version }, to) => {
      try {
        // The client compares the checksum that the service sends.
        await storage.bucket(bucket).file(key, { generation: version }).download({ destination: to });
      } catch (error) {
        throw meaning(error, `${where}, ${key}`);
      }
    },
  });
}

/** Google's codes as what the caller does about them. */
function meaning(error: unknown, where: string): Error {
  const { code, message } = error as ApiError;
  const status = Number(code);
  if (status === 404 || status === 412) return new FileGone(`${where} is gone or has changed`, { cause: error });
  if (status === 401 || status === 403 || /default credentials/i.test(message)) {
    return new Unauthorized(`${where}: ${message}; it takes the role Storage Object Viewer`, { cause: error });
  }
  if (status === 429 || status === 503) return new Throttled(`${where}: ${message}`, 30_000, { cause: error });
  return error as Error;
}
