import { InvalidEvent, parseEnvelope, type Envelope } from '../../contracts/envelope.ts';
import type { DocumentRef } from '../../contracts/values.ts';
import { EventTooLarge } from '../../ports/event-bus.ts';
import { toTime } from '../../ports/clock.ts';
import type { DocumentStore } from '../../ports/document-store.ts';
import { entryBytes, entryOf, inlineBytes } from './entries.ts';

/**
 * The CloudEvents claim check: an event whose entry would be too large travels without `data`, and with the extension `dataref`
 * that says where the body is. Ours is `/homeostasis/documents/<sha256>?bytes=<n>`: what the document store knows a document by,
 * as the URI-reference that the extension asks for.
 * Source: CloudEvents "Dataref (Claim Check Pattern)" extension.
 */
const form = /^\/homeostasis\/documents\/([0-9a-f]{64})\?bytes=(\d{1,15})$/;

export const datarefOf = ({ sha256, bytes }: DocumentRef): string => `/homeostasis/documents/${sha256}?bytes=${bytes}`;

/** Undefined for anything that is no reference of ours. */
export function documentOf(dataref: unknown): DocumentRef | undefined {
  const [, sha256, bytes] = (typeof dataref === 'string' ? form.exec(dataref) : null) ?? [];
  return sha256 === undefined ? undefined : { sha256, bytes: Number(bytes) };
}

/** How many bytes an event takes on the bus, as EventBridge counts. */
export const busBytes = (event: Envelope): number => entryBytes(entryOf(event, ''));

/**
 * The event as it can travel: itself, or with its body left in the document store.
 * @throws EventTooLarge when there is no store, or when the body is not what makes it large.
 */
export async function checkIn(event: Envelope, documents: DocumentStore | undefined): Promise<Envelope> {
  const bytes = busBytes(event);
  if (bytes <= inlineBytes) return event;
  const { data, ...attributes } = event;
  // Somebody else's reference would have to give way to ours.
  if (documents === undefined || 'dataref' in attributes) throw new EventTooLarge(event.type, bytes, inlineBytes);
  const light = { ...attributes, dataref: datarefOf(await documents.put(data)) } as unknown as Envelope;
  const left = busBytes(light);
  if (left > inlineBytes) throw new EventTooLarge(event.type, left, inlineBytes);
  return light;
}

/** The event with its body, as it was before `checkIn`. @throws DocumentMissing (retry: then dead letter). */
export async function checkOut(event: Envelope, documents: Pick<DocumentStore, 'get'> | undefined): Promise<Envelope> {
  const { dataref, ...attributes } = event as Envelope & { readonly dataref?: unknown };
  const ref = event.data === undefined ? documentOf(dataref) : undefined;
  if (ref === undefined) return event;
  if (documents === undefined) {
    throw new Error(
      `event ${event.id} has its body in document ${ref.sha256}: configure the document store to read it`,
    );
  }
  return { ...attributes, data: await documents.get(ref) };
}

export interface Receiving {
  /** Where bodies are that were too large to travel; without it, an event with such a body is an error. */
  readonly documents?: Pick<DocumentStore, 'get'>;
  /** Milliseconds since the epoch; the time of an event that has none. */
  readonly now: number;
}

/**
 * The event in a queue's message: an EventBridge event whose detail is the CloudEvent, or the CloudEvent alone where the rule's
 * target sends only the detail. Its body is fetched if it travelled by reference.
 * @throws InvalidEvent; DocumentMissing.
 * @example const event = await receiveEvent(record.body, { documents, now: clock.now() });
 */
export async function receiveEvent(body: string, { documents, now }: Receiving): Promise<Envelope> {
  return checkOut(readEvent(body, now), documents);
}

/** Like `receiveEvent`, without the body of an event that travelled by reference. @throws InvalidEvent */
export function readEvent(body: string, now: number): Envelope {
  const value = parseJson(body);
  const carried = typeof value === 'object' && value !== null && 'detail-type' in value && 'detail' in value;
  return parseEnvelope(carried ? value.detail : value, { time: toTime(now) });
}

/** @throws InvalidEvent */
export function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    throw new InvalidEvent('(body)', 'is not JSON');
  }
}
