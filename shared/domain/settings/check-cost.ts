import type { Config } from '../../contracts/config.ts';
import type { BillSourceConfig } from '../../contracts/config-bills.ts';
import type { Finding, Path } from '../spec/problem.ts';

/** A source of bills with a secret in its address, or with a signature that nobody can add to it, is told of before it is in force. Pure. */
export function checkCost({ cost }: Config): readonly Finding[] {
  const all = cost?.bills ?? [];
  return all.flatMap((source, index) =>
    source.kind === 'azure-blob' ? checkBlob(source, ['cost', 'bills', index, 'url']) : [],
  );
}

const wayOut =
  'leave it away, and the container is read by an identity (the role Storage Blob Data Reader), or say where a signature ' +
  'lies: sas: { secretsManager: … }, { environment: … } or { file: … }';

/** Never shown as found: it may hold the signature. */
function checkBlob({ url }: Extract<BillSourceConfig, { kind: 'azure-blob' }>, path: Path): readonly Finding[] {
  if (!URL.canParse(url)) return [{ path, message: 'this is no URL' }];
  const { username, password, search, hash, searchParams } = new URL(url);
  if (searchParams.has('sig')) {
    return [{ path, message: `a shared access signature is a secret, and none is ever in this file: ${wayOut}` }];
  }
  if (username === '' && password === '' && search === '' && hash === '') return [];
  return [{ path, message: `this is the address of a storage account, with nothing behind or before it: ${wayOut}` }];
}
