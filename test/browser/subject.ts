import { exampleText, startFixture, type Fixture } from './fixture-server.ts';

/** The control plane under test: our own in memory, or a running one. */
export interface Subject {
  /** Where the console is, without a token. */
  readonly base: string;
  readonly token: string;
  /** Absent when the control plane is somebody else's. */
  readonly fixture?: Fixture;
  get<T>(path: string): Promise<T>;
  post(path: string, body: unknown, contentType?: string): Promise<Response>;
  close(): Promise<void>;
}

/** @param url as `npm start` prints it; without it the fixture is started */
export async function subjectAt(url: string | undefined): Promise<Subject> {
  const fixture = url === undefined ? await startFixture() : undefined;
  const full = new URL(url ?? fixture?.url ?? '');
  const token = /^#token=(.+)$/.exec(full.hash)?.[1];
  if (token === undefined) throw new Error(`--url ${url} carries no token: pass it as printed, with #token=…`);
  const headers = { authorization: `Bearer ${token}` };
  return {
    base: full.origin,
    token,
    ...(fixture === undefined ? {} : { fixture }),
    get: async <T>(path: string) => (await fetch(`${full.origin}/v1${path}`, { headers })).json() as Promise<T>,
    post: (path, body, contentType = 'application/json') =>
      fetch(`${full.origin}/v1${path}`, {
        method: 'POST',
        headers: { ...headers, 'content-type': contentType },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      }),
    close: async () => fixture?.close(),
  };
}

/** Submits the example unless it stands already. */
export async function deployShop(subject: Subject): Promise<void> {
  const { applications } = await subject.get<{ readonly applications: readonly { readonly application: string }[] }>(
    '/applications',
  );
  if (applications.some(({ application }) => application === 'shop')) return;
  const answer = await subject.post('/applications', exampleText('shop.yaml'), 'application/yaml');
  if (answer.status !== 202) throw new Error(`shop.yaml was answered ${answer.status}: ${await answer.text()}`);
}

export async function publish(subject: Subject, event: Readonly<Record<string, unknown>>): Promise<void> {
  const body = { specversion: '1.0', source: '/browser-test', datacontenttype: 'application/json', ...event };
  const answer = await subject.post('/events', body, 'application/cloudevents+json');
  if (answer.status !== 202) throw new Error(`the event was answered ${answer.status}: ${await answer.text()}`);
}
