// @ts-check
/** The control plane over HTTP: reads, the few writes the console makes, and the live event stream. */

/**
 * @typedef {{ specversion: string, id: string, source: string, type: string, subject?: string, time: string,
 *   correlationid: string, causationid?: string, dryrun?: true, cloud?: string, data?: any }} Envelope
 * @typedef {{ sequence: number, event: Envelope, consumers: number }} LogEntry
 * @typedef {{ kind: 'connecting' } | { kind: 'live' } | { kind: 'lost', why: string }} Connection
 */

const storageKey = 'homeostasis.token';

/** The server says it is still there every 15 s; silence for longer is a dead connection that nobody closed. */
const silenceMs = 40_000;
const longestWaitMs = 10_000;

/** An answer that is a problem (RFC 9457), or no answer (status 0). */
export class ApiError extends Error {
  /** @param {number} status @param {string} message */
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

/**
 * The token of `#token=…`, once: it moves to this tab's storage and out of the address bar, so that it is in no bookmark,
 * screenshot or history entry.
 */
export function takeToken() {
  const found = /^#token=([^&]+)/.exec(location.hash);
  if (!found) return;
  setToken(decodeURIComponent(found[1] ?? ''));
  history.replaceState(null, '', location.pathname);
}

export const hasToken = () => sessionStorage.getItem(storageKey) !== null;

/** @param {string} token */
export const setToken = (token) => sessionStorage.setItem(storageKey, token.trim());
export const forgetToken = () => sessionStorage.removeItem(storageKey);

/**
 * @param {string} path below /v1
 * @param {Record<string, string | number | undefined>} [query]
 * @returns {Promise<any>}
 */
export async function read(path, query = {}) {
  return (await request(`${path}${search(query)}`, {})).json();
}

/**
 * Every page of a list.
 * @param {string} path @param {string} field @param {Record<string, string | number | undefined>} [query]
 * @returns {Promise<any[]>}
 */
export async function readAll(path, field, query = {}) {
  const items = [];
  for (let after; ;) {
    const page = await read(path, { ...query, after });
    items.push(...page[field]);
    if (page.next === undefined) return items;
    after = page.next;
  }
}

/** @param {string} path @param {unknown} body @returns {Promise<any>} */
export async function send(path, body) {
  const headers = { 'content-type': 'application/json' };
  return (await request(path, { method: 'POST', body: JSON.stringify(body), headers })).json();
}

/** Says one thing, at the control plane's time. @param {string} name of the event, without domain and version @param {object} data */
export async function publish(name, data) {
  const type = `dev.homeostasis.${name}.v1`;
  const event = { specversion: '1.0', id: crypto.randomUUID(), source: '/people/console', type, data };
  const headers = { 'content-type': 'application/cloudevents+json' };
  await request('/events', { method: 'POST', body: JSON.stringify(event), headers });
}

/** @param {string} path @param {RequestInit} init */
async function request(path, init) {
  const headers = { ...init.headers, authorization: `Bearer ${sessionStorage.getItem(storageKey) ?? ''}` };
  const answer = await fetch(`/v1${path}`, { ...init, headers, cache: 'no-store' }).catch((error) => {
    if (error.name === 'AbortError') throw error;
    throw new ApiError(0, 'the control plane does not answer');
  });
  if (answer.ok) return answer;
  const problem = await answer.json().catch(() => ({}));
  throw new ApiError(answer.status, problem.detail ?? `${answer.status} ${answer.statusText}`);
}

/** @param {Record<string, string | number | undefined>} query */
function search(query) {
  const set = Object.entries(query).filter(([, value]) => value !== undefined && value !== '');
  return set.length === 0 ? '' : `?${new URLSearchParams(set.map(([name, value]) => [name, String(value)]))}`;
}

/**
 * Follows the event stream for good, behind the last event seen. EventSource cannot send a bearer token, hence fetch.
 * @param {{ position: () => number, onOpen: () => Promise<void>, onEvent: (entry: LogEntry) => void,
 *   onConnection: (state: Connection) => void, signal: AbortSignal }} options `onOpen` catches up before events flow
 * @throws ApiError 401 when the token is not accepted; everything else is tried again.
 */
export async function follow({ position, onOpen, onEvent, onConnection, signal }) {
  for (let failures = 0; !signal.aborted; failures += 1) {
    let why = 'the stream ended';
    try {
      onConnection({ kind: 'connecting' });
      await onOpen();
      const headers = { 'last-event-id': String(position()) };
      const cut = new AbortController();
      const either = AbortSignal.any([signal, cut.signal]);
      const { body } = await request('/events/stream', { headers, signal: either });
      onConnection({ kind: 'live' });
      failures = 0;
      if (body) await readEntries(body.getReader(), onEvent, () => cut.abort());
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) throw error;
      if (error instanceof ApiError) why = error.message;
    }
    if (signal.aborted) return;
    const wait = Math.min(longestWaitMs, 500 * 2 ** failures);
    onConnection({ kind: 'lost', why });
    await new Promise((resolve) => setTimeout(resolve, wait));
  }
}

/** @param {ReadableStreamDefaultReader<Uint8Array>} reader @param {(entry: LogEntry) => void} onEvent @param {() => void} cut */
async function readEntries(reader, onEvent, cut) {
  const decoder = new TextDecoder();
  let buffer = '';
  for (;;) {
    const silence = setTimeout(cut, silenceMs);
    const { done, value } = await reader.read().finally(() => clearTimeout(silence));
    if (done) return;
    buffer += decoder.decode(value, { stream: true });
    const blocks = buffer.split('\n\n');
    buffer = blocks.pop() ?? '';
    for (const block of blocks) {
      const lines = block.split('\n').filter((line) => line.startsWith('data: '));
      if (lines.length > 0) onEvent(JSON.parse(lines.map((line) => line.slice(6)).join('\n')));
    }
  }
}
