import type { Dialect } from './dialect.ts';
import { ask, unavailable, type Answer, type ObjectAccess } from './requests.ts';

/** Small objects beside the witness, named by what they hold: writing one again is the same object. */
export interface ObjectJournal {
  /** @throws LeaseStoreUnavailable when it is not known whether it stands there. */
  put(name: string, body: string): Promise<void>;
  /** Names that begin with `prefix`, a page at a time. @throws LeaseStoreUnavailable */
  list(prefix: string): AsyncIterable<readonly string[]>;
  /** Undefined when there is none any more. @throws LeaseStoreUnavailable */
  read(name: string): Promise<string | undefined>;
  /** Idempotent. @throws LeaseStoreUnavailable */
  remove(name: string): Promise<void>;
}

export interface ObjectJournalOptions extends ObjectAccess {
  /** Of the bucket or container: `https://storage.googleapis.com/<bucket>`, `https://<account>.blob.core.windows.net/<container>`. */
  readonly url: string;
  readonly dialect: Dialect;
}

/** What the hub accepts while the other region does not answer, in the other cloud: docs/adr/0013-hub-region-loss.md, "202". */
export function createObjectJournal(options: ObjectJournalOptions): ObjectJournal {
  const { url, dialect } = options;
  const urlOf = (name: string): string => `${url}/${name.split('/').map(encodeURIComponent).join('/')}`;
  const about = { headers: dialect.always };

  return {
    async put(name, body) {
      const headers = { ...dialect.always, 'content-type': 'application/json' };
      const answer = await ask(options, { url: urlOf(name), method: 'PUT', headers, body });
      expectStatus(answer, urlOf(name), [200, 201]);
    },
    async *list(prefix) {
      let marker: string | undefined;
      do {
        const page = `${url}?${dialect.list(prefix, marker)}`;
        const answer = await ask(options, { url: page, method: 'GET', ...about });
        expectStatus(answer, page, [200]);
        const names = elements(answer.text, dialect.listed.name);
        if (names.length > 0) yield names;
        marker = elements(answer.text, dialect.listed.next).find((next) => next !== '');
      } while (marker !== undefined);
    },
    async read(name) {
      const answer = await ask(options, { url: urlOf(name), method: 'GET', ...about });
      expectStatus(answer, urlOf(name), [200, 404]);
      return answer.status === 404 ? undefined : answer.text;
    },
    async remove(name) {
      const answer = await ask(options, { url: urlOf(name), method: 'DELETE', ...about });
      expectStatus(answer, urlOf(name), [200, 202, 204, 404]);
    },
  };
}

function expectStatus({ status }: Answer, url: string, expected: readonly number[]): void {
  if (!expected.includes(status)) throw unavailable(url, `answers ${status}`);
}

/** Both clouds list in XML; the names are ours, so that nothing of it needs more than this. */
function elements(xml: string, name: string): readonly string[] {
  return [...xml.matchAll(new RegExp(`<${name}>([^<]*)</${name}>`, 'g'))].map(([, text = '']) => unescaped(text));
}

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
const unescaped = (text: string): string => text.replace(/&(\w+);/g, (whole, name: string) => entities[name] ?? whole);
