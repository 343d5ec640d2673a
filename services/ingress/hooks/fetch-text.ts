/**
 * The only way hooks call out: for the certificate of an SNS message, the confirmation of a subscription, the keys of an issuer.
 * @throws Error when there is no answer in time, it is none of 2xx, or it is too long.
 */
export type FetchText = (url: URL) => Promise<string>;

const patience = 5000;
const longest = 128 * 1024;

export const fetchText: FetchText = async (url) => {
  // A redirect could lead anywhere, and none of the addresses asked here has one.
  const response = await fetch(url, { redirect: 'error', signal: AbortSignal.timeout(patience) });
  if (!response.ok) throw new Error(`${url.host} answered ${response.status}`);
  const text = await readBounded(response.body, longest);
  if (text === undefined) throw new Error(`${url.host} answered with more than ${longest} bytes`);
  return new TextDecoder().decode(text);
};

/** The whole of a stream, or undefined when it is longer; what is beyond is never read. */
export async function readBounded(
  stream: ReadableStream<Uint8Array> | null,
  most: number,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of stream ?? []) {
    size += chunk.byteLength;
    if (size > most) return undefined;
    chunks.push(chunk);
  }
  // A buffer of its own: node's small ones share theirs with others.
  return new Uint8Array(Buffer.concat(chunks));
}
