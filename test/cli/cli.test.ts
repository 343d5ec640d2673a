import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startControl } from '../../sandbox/core/control.ts';
import { createFaultBook } from '../../sandbox/core/fault-book.ts';
import { refusedImage, startControlPlane, token } from './control-plane.ts';
import { finished, run, start, type Ran } from './run.ts';

let plane: Awaited<ReturnType<typeof startControlPlane>>;
let folder: string;
const env = (): Record<string, string> => ({
  HOMEOSTASIS_URL: plane.url,
  HOMEOSTASIS_TOKEN: token,
  HOMEOSTASIS_DATA: folder,
});
const cli = (...args: string[]): Promise<Ran> => run(args, env());

beforeAll(async () => {
  plane = await startControlPlane();
  folder = mkdtempSync(join(tmpdir(), 'homeostasis-cli-'));
});
afterAll(async () => {
  await plane.close();
  rmSync(folder, { recursive: true, force: true });
});

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

interface Wishes {
  readonly image?: string;
  readonly extra?: string;
}

const application = (name: string, wishes: Wishes = {}): string => file(`${name}.yaml`, specOf(name, wishes));

function specOf(name: string, { image = 'registry.example/web:1', extra = '' }: Wishes = {}): string {
  return `apiVersion: homeostasis.dev/v1
kind: Application
metadata:
  name: ${name}
spec:
  services:
    - name: web
      image: ${image}
      replicas: 2
      ports:
        - port: 8080
${extra}`;
}

const nowhere = `      constraints:\n        maxMonthlyCost: 0.01\n`;
const escape = /\u001b/;
const json = (ran: Ran) => JSON.parse(ran.stdout) as Record<string, unknown>;

describe.concurrent('deploying', () => {
  it('a file, waiting until it runs; then looking, explaining, scaling and removing it', async () => {
    const deployed = await cli('deploy', application('store'), '--wait');
    expect(deployed).toMatchObject({ code: 0, stdout: 'store: completed: generation 1 runs\n' });
    expect(deployed.stderr).toMatch(/placed +store generation 1\n +web → \S+ x/);
    expect(deployed.stderr).toMatch(/ready +store\/web\//);
    expect(deployed.stderr).not.toMatch(escape);

    const [status, statusJson, explain, explainOne, explainJson, planned] = await Promise.all([
      cli('status', 'store'),
      cli('status', 'store', '--json'),
      cli('explain', 'store'),
      cli('explain', 'store', 'web'),
      cli('explain', 'store', '--json'),
      cli('plan', join(folder, 'store.yaml')),
    ]);
    expect(status.code).toBe(0);
    expect(status.stdout).toMatch(/store {2}generation 1 {2}running/);
    expect(status.stdout).toMatch(/web +\S+ +2\/2 +Ready +100% +http/);
    expect(json(statusJson)).toMatchObject({
      applications: [{ application: 'store' }],
      deployments: [{ ready: 'True' }],
    });
    expect(explain.stdout).toMatch(/→ \S+\/\S+\/\S+ x2/);
    expect(explain.stdout).toMatch(/a month/);
    expect(explainOne.stdout).toContain('performance');
    expect(json(explainJson)).toMatchObject({ services: [{ service: 'web' }] });
    expect(planned.stdout).toContain('store, as generation 2 (nothing is changed by this)');
    expect(planned.stdout).toContain('Nothing would change.');

    const linked = specOf('linked', {
      extra: `      links: [{ to: db, gbPerMonth: 5 }]\n    - name: db\n      image: registry.example/db:1\n`,
    });
    expect((await cli('plan', file('linked.yaml', linked), '--explain')).stdout).toMatch(
      /link +GB\/month +\$\/month +round trip +score\n.*web → db +5 +\S+ +about \d+ ms +-\d/,
    );

    const scaled = await cli('scale', 'store', 'web=4', '--wait', '--json');
    expect(scaled.code).toBe(0);
    expect(json(scaled)).toEqual({
      outcomes: [{ application: 'store', result: 'completed', generation: 2, message: 'generation 2 runs' }],
    });
    expect((await cli('status', 'store')).stdout).toContain('4/4');

    const removed = await cli('remove', 'store', '--wait');
    expect(removed).toMatchObject({ code: 0, stdout: 'store: completed: nothing of it is left\n' });
    expect(plane.clouds.all().filter(({ key }) => key.application === 'store')).toEqual([]);
    const gone = await cli('status', 'store');
    expect(gone).toMatchObject({ code: 2, stdout: '', stderr: 'error: there is no application store\n' });
  });

  it('shows what has the labels asked for', async () => {
    const labelled = specOf('labelled').replace(
      '  name: labelled\n',
      '  name: labelled\n  labels: { team: web, env: test }\n',
    );
    await cli('deploy', file('labelled.yaml', labelled), '--wait');
    const [all, both, none, wrong] = await Promise.all([
      cli('status', '-l', 'team=web', '--json'),
      cli('status', '-l', 'team=web,env=test'),
      cli('status', '-l', 'team=web,env=live'),
      cli('status', '-l', 'team'),
    ]);
    expect(json(all)).toMatchObject({
      applications: [{ application: 'labelled', labels: { team: 'web', env: 'test' } }],
      deployments: [{ application: 'labelled' }],
      traffic: [{ application: 'labelled' }],
    });
    expect(both.stdout).toContain('labelled  generation 1');
    expect(none.code).toBe(0);
    expect(none.stdout).toMatch(/^no application has these labels\n/);
    expect(wrong).toMatchObject({
      code: 2,
      stderr: 'error: --selector: found "team", expected key=value such as team=web\n',
    });
  });

  it('says which targets are not used, and why', async () => {
    const scope = 'azure/brazilsouth';
    const event = {
      specversion: '1.0',
      id: 'maintenance',
      source: '/people/anna',
      type: 'dev.homeostasis.target.excluded.v1',
      data: { scope, reason: 'maintenance window' },
    };
    await cli('publish', file('exclude.json', JSON.stringify(event)));
    await expect
      .poll(async () => (await cli('status')).stdout, { timeout: 10_000 })
      .toContain(`not used: ${scope}  maintenance window\n`);
    expect(json(await cli('status', '--json'))).toMatchObject({ exclusions: [{ scope }] });
  });

  it('without waiting says how to follow it; events tell it', async () => {
    const { code, stdout, stderr } = await cli('deploy', application('quick'));
    expect(code).toBe(0);
    const [, id = ''] = /^quick: accepted as (\S+)\n$/.exec(stdout) ?? [];
    expect(stderr).toBe(`follow it with: npx homeostasis events --follow --correlation ${id}\n`);
    await expect
      .poll(() => plane.clouds.all().some(({ key }) => key.application === 'quick'), { timeout: 5000 })
      .toBe(true);
    const events = await cli('events', '--correlation', id);
    expect(events.stdout).toMatch(/^ +\d+ {2}\S+Z {2}application\.submitted +quick\n/);
    const lines = (await cli('events', '--correlation', id, '--json', '--limit', '3')).stdout.trim().split('\n');
    const sequences = lines.map((line) => (JSON.parse(line) as { readonly sequence: number }).sequence);
    expect(sequences).toEqual(sequences.toSorted((a, b) => a - b));
    expect(sequences).toHaveLength(3);
    const [first = 0] = sequences;
    const earlier = await cli('events', '--correlation', id, '--json', '--before', String(first), '--limit', '1');
    expect((json(earlier) as { readonly sequence?: number }).sequence).toBeLessThan(first);
    const page = await cli('events', '--correlation', id, '--after', '0', '--before', String(first), '--limit', '1');
    expect(page.stdout).toMatch(/^ +\d+ {2}\S+Z {2}application\.submitted +quick\n$/);
  });

  it('what fits nowhere is refused with the reasons, and exits 1', async () => {
    const path = application('nowhere', { extra: nowhere });
    const [deployed, planned, plannedJson] = await Promise.all([
      cli('deploy', path, '--wait'),
      cli('plan', path),
      cli('plan', path, '--json'),
    ]);
    expect(deployed.code).toBe(1);
    expect(deployed.stdout).toMatch(/^nowhere: rejected: /);
    expect(planned.code).toBe(1);
    expect(planned.stdout).toContain('It fits nowhere: no place for 1 service.\n');
    expect(planned.stdout).toMatch(/✗ .*cost/i);
    expect(plannedJson.code).toBe(1);
    expect(json(plannedJson)).toMatchObject({ plans: [{ feasible: false, infeasible: [{ service: 'web' }] }] });
    // Nothing of it is in force, and still there is an answer where the refusal points.
    const explained = await cli('explain', 'nowhere');
    expect(explained.code).toBe(0);
    expect(explained.stdout).toMatch(
      /^Not in force\nlast change refused: 1 of 1 service fits nowhere: web; nothing was changed\n/,
    );
    expect(explained.stdout).toMatch(/✗ .*cost/i);
    expect(explained.stdout).not.toMatch(/In force/);
  });

  it('what is refused later is explained apart from what is in force', async () => {
    expect((await cli('deploy', application('settled'), '--wait')).code).toBe(0);
    const refused = file('refused.yaml', specOf('settled', { extra: nowhere }));
    expect((await cli('deploy', refused, '--wait')).stderr).toContain('explain settled');
    const [whole, one, asJson, other, status] = await Promise.all([
      cli('explain', 'settled'),
      cli('explain', 'settled', 'web'),
      cli('explain', 'settled', '--json'),
      cli('explain', 'settled', 'nothing'),
      cli('status', 'settled'),
    ]);
    for (const { code, stdout } of [whole, one]) {
      expect(code).toBe(0);
      expect(stdout).toMatch(
        /^In force: generation 1\n[^]*→ \S+ x2[^]*\n\nNot in force\nlast change refused: [^]*\nweb: every candidate is rejected[^]*✗ price-cap/,
      );
    }
    expect(json(asJson)).toMatchObject({
      generation: 1,
      services: [{ service: 'web' }],
      lastRejection: { kind: 'refused', cause: 'submitted', services: [{ service: 'web' }] },
    });
    expect(other).toMatchObject({ code: 2, stderr: 'error: application settled has no service nothing\n' });
    expect(status).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('\n  last change refused: 1 of 1 service fits nowhere') as unknown,
    });
  });

  it('what the clouds refuse is rolled back to what ran, and exits 1', async () => {
    expect((await cli('deploy', application('careful'), '--wait')).code).toBe(0);
    const second = await cli('deploy', application('careful', { image: refusedImage }), '--wait');
    expect(second.code).toBe(1);
    expect(second.stdout).toMatch(/^careful: rolled-back: web on \S+: InvalidSpec: .*; generation 3 stands instead\n$/);
    expect(second.stderr).toContain('see "npx homeostasis explain careful"');
    const status = await cli('status', 'careful');
    expect(status.code).toBe(0);
    expect(status.stdout).toMatch(/careful {2}generation 3 {2}running\n {2}last rollout failed: web on /);
    expect((await cli('explain', 'careful')).stdout).toMatch(
      /^In force: generation 3\n[^]*\nNot in force\nlast rollout failed: web on /,
    );
  });

  it('what never ran has nothing to return to, and status exits 1 as long as it is so', async () => {
    const { code, stdout } = await cli('deploy', application('hopeless', { image: refusedImage }), '--wait');
    expect(code).toBe(1);
    expect(stdout).toMatch(/^hopeless: failed: web on \S+: InvalidSpec/);
    const status = await cli('status', 'hopeless');
    expect(status.code).toBe(1);
    expect(status.stdout).toMatch(
      /generation 1 {2}failed\n {2}last rollout failed: web on \S+: image .* is not allowed here/,
    );
  });

  it('gives up waiting after --timeout, and says that it goes on', async () => {
    const { code, stderr } = await cli(
      'deploy',
      application('slow', { image: 'registry.example/broken:1' }),
      '--wait',
      '--timeout',
      '1',
    );
    expect(code).toBe(1);
    expect(stderr).toContain('error: slow: not done after 1 s; it goes on: see "npx homeostasis status slow"');
  });

  it('ends when somebody else takes over', async () => {
    const waiting = cli('deploy', application('contested', { image: 'registry.example/broken:1' }), '--wait');
    await expect
      .poll(() => plane.clouds.all().some(({ key }) => key.application === 'contested'), { timeout: 5000 })
      .toBe(true);
    const other = file('other.yaml', specOf('contested'));
    const second = await cli('deploy', other, '--wait');
    expect(second).toMatchObject({ code: 0 });
    const { code, stdout } = await waiting;
    expect(stdout).toBe('contested: superseded: generation 2 of somebody else took over\n');
    expect(code).toBe(1);
  });

  it('on condition of a generation', async () => {
    const path = application('guarded');
    const wrong = await cli('deploy', path, '--wait', '--if-generation', '7');
    expect(wrong.code).toBe(1);
    expect(wrong.stdout).toContain('is at generation 0, not 7');
    expect((await cli('deploy', path, '--wait', '--if-generation', '0')).code).toBe(0);
  });

  it('from standard input', async () => {
    const text = `apiVersion: homeostasis.dev/v1\nkind: Application\nmetadata: { name: piped }\nspec: { services: [{ name: a }] }\n`;
    const { code, stderr } = await run(['deploy', '-'], env(), text);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^error: standard input:4:\d+: spec\.services\[0\]\.image: is missing/);
  });
});

describe.concurrent('planning', () => {
  it('prints where, how much, what changes, and on request every candidate', async () => {
    const [brief, explained, asJson] = await Promise.all(
      [[], ['--explain'], ['--json']].map((flags) => cli('plan', 'examples/shop.yaml', ...flags)),
    );
    expect(brief).toMatchObject({ code: 0, stderr: '' });
    expect(brief?.stdout).toMatch(/^service +tier +target +score +\$\/month +why$/m);
    expect(brief?.stdout).toMatch(/^create +checkout +- +\S+\/\S+\/\S+ x\d, /m);
    expect(brief?.stdout).toMatch(/^total +\$[\d,.]+ +\$[\d,.]+ +\$[\d,.]+$/m);
    expect(brief?.stdout).toMatch(/% from the proven optimum/);
    expect(brief?.stdout).not.toMatch(/✗/);
    expect(explained?.stdout).toMatch(/→ \S+ x\d/);
    expect(explained?.stdout).toMatch(/✗ residency: /);
    expect(json(asJson as Ran)).toMatchObject({ plans: [{ application: 'shop', feasible: true }] });
    expect(`${brief?.stdout}${explained?.stdout}`).not.toMatch(escape);
  });
});

describe.concurrent('events', () => {
  it('are found by the short type that the listing shows', async () => {
    const none = await cli('events', '--type', 'rollout.nonsense');
    expect(none).toEqual({ code: 0, stdout: '', stderr: 'no such events in the log\n' });
    await cli('deploy', application('typed'), '--wait');
    const { stdout } = await cli('events', '--type', 'rollout.completed', '--subject', 'typed');
    expect(stdout).toMatch(/^ +\d+ .* rollout\.completed +typed\n$/);
  });

  it('of which there are none are not published', async () => {
    const { code, stderr } = await cli('publish', file('none.json', '[]'));
    expect(code).toBe(2);
    expect(stderr).toMatch(/none\.json: an empty list/);
  });

  it('are published, told to be known before, and followed until Ctrl-C', async () => {
    const following = start(['events', '--follow', '--json', '--type', 'com.example.built'], env());
    const ending = finished(following);
    const event = { specversion: '1.0', id: 'b1', source: '/ci', type: 'com.example.built', data: {} };
    const path = file('event.json', JSON.stringify(event));
    const first = await cli('publish', path);
    expect(first).toMatchObject({
      code: 0,
      stdout: 'b1: com.example.built accepted (kept in the log; nobody reads this type)\n',
    });
    expect((await cli('publish', path)).stdout).toContain('known before: nothing happens again');
    const batch = file(
      'batch.json',
      JSON.stringify([
        { ...event, id: 'b2' },
        { ...event, id: 'b3' },
      ]),
    );
    expect(json(await cli('publish', batch, '--json'))).toMatchObject({ events: [{ id: 'b2' }, { id: 'b3' }] });
    let seen = '';
    following.stdout?.on('data', (text: string) => (seen += text));
    await cli('publish', file('last.json', JSON.stringify({ ...event, id: 'b4' })));
    await expect.poll(() => seen, { timeout: 5000 }).toContain('"b4"');
    following.kill('SIGINT');
    const { code, stdout, stderr } = await ending;
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const ids = stdout
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { event: { id: string } }).event.id);
    expect(ids).toEqual(['b1', 'b2', 'b3', 'b4']);
  });

  it('that cannot be handled are listed, put back and replayed', async () => {
    const poison = { specversion: '1.0', id: 'p1', source: '/ci', type: 'com.example.poison', subject: 'pot' };
    await cli('publish', file('poison.json', JSON.stringify(poison)));
    await expect.poll(() => plane.runtime.stats().deadLetters, { timeout: 5000 }).toBe(1);
    expect((await cli('status')).stdout).toContain(
      '1 dead letter, which nobody could handle: see "npx homeostasis dead',
    );
    const listed = await cli('dead-letters', 'list');
    expect(listed.stdout).toMatch(/test\/on-poison +pot +1 +Error: cannot be read/);
    const doctor = await cli('doctor');
    expect(doctor).toMatchObject({ code: 1, stderr: '' });
    expect(doctor.stdout).toMatch(/FAIL dead letters: 1: see "npx homeostasis dead-letters list"/);
    const { deadLetters } = json(await cli('dead-letters', 'list', '--json')) as { deadLetters: [{ id: string }] };
    expect(await cli('dead-letters', 'redrive', deadLetters[0].id)).toMatchObject({
      code: 0,
      stdout: '1 dead letter put back in its queue\n',
    });
    expect((await cli('dead-letters', 'redrive', 'nothing')).code).toBe(1);
    expect((await cli('dead-letters', 'redrive')).code).toBe(2);
    const replayed = await cli('replay', 'test/on-poison', '--after', '0');
    expect(replayed).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^\d events? handed to test\/on-poison again\n$/) as unknown,
    });
    const unknown = await cli('replay', 'nobody/on-anything', '--after', '0');
    expect(unknown).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(
        /nobody\/on-anything is not subscribed.*known consumers: .*monitor\/on-/,
      ) as unknown,
    });
  });

  it('may be cut short by head without a complaint', async () => {
    const child = start(['events', '--limit', '1000', '--json'], env());
    child.stdout?.once('data', () => child.stdout?.destroy());
    let stderr = '';
    child.stderr?.on('data', (text) => (stderr += String(text)));
    const [code] = (await once(child, 'close')) as [number];
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  });
});

describe.concurrent('bad input exits 2, with a line that says what to do', () => {
  const bad: readonly (readonly [string, readonly string[], RegExp])[] = [
    ['an unknown command', ['deplyo'], /unknown command 'deplyo'\n\(Did you mean deploy\?\)/],
    ['an unknown option', ['status', '--jason'], /unknown option '--jason'\n\(Did you mean --json\?\)/],
    ['a missing argument', ['plan'], /missing required argument 'file'/],
    ['too many arguments', ['remove', 'a', 'b'], /too many arguments/],
    ['no such file', ['deploy', 'missing.yaml'], /^error: missing\.yaml: there is no such file\n$/],
    ['a folder', ['plan', 'examples'], /^error: examples: it is a folder\n$/],
    ['a scale without a number', ['scale', 'shop', 'web'], /web: expected service=replicas, for example web=4/],
    ['an absurd scale', ['scale', 'shop', 'web=1e9'], /expected a whole number from 0 to 1000/],
    ['a scale twice', ['scale', 'shop', 'web=1', 'web=2'], /"web" twice/],
    ['a name that is none', ['scale', 'Shop', 'web=1'], /application /],
    [
      'a scale of nothing',
      ['scale', 'nobody', 'web=1'],
      /^error: there is no application nobody; (known|there are no) app/,
    ],
    [
      'a removal of nothing',
      ['remove', 'nobody', '--wait'],
      /^error: there is no application nobody; (known|there are no) app/,
    ],
    ['an endless wait', ['deploy', 'examples/shop.yaml', '--wait', '--timeout', 'x'], /--timeout: found "x"/],
    ['a hub that is no URL', ['status', '--hub', 'localhost:4600'], /--hub localhost:4600: expected a URL such as/],
    ['a hub that is hardly one', ['status', '--hub', 'http://[::1'], /--hub http:\/\/\[::1: expected a URL such as/],
    ['an application that is not there', ['explain', 'nothing'], /there is no application nothing/],
    [
      'the way back and ahead at once',
      ['events', '--follow', '--before', '7'],
      /--before looks back and --follow ahead/,
    ],
    ['a limit out of bounds', ['events', '--limit', '0'], /--limit: found "0", expected a whole number from 1 to 1000/],
  ];
  it.each(bad)('%s', async (_, args, message) => {
    const { code, stdout, stderr } = await cli(...args);
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/\n {4}at /);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  });

  it('a bad file, with its place', async () => {
    const path = application('typo', { extra: '      tire: critical\n' });
    for (const verb of ['plan', 'deploy']) {
      const { code, stderr } = await cli(verb, path);
      expect(code).toBe(2);
      expect(stderr).toMatch(
        /^error: typo\.yaml:12:7: spec\.services\[0\]\.tire: unknown key \(did you mean "tier"\?\)\n$/,
      );
    }
  });

  it('an event with a bad attribute, or that is none', async () => {
    const upper = file(
      'upper.json',
      JSON.stringify({ specversion: '1.0', id: '1', source: '/a', type: 'b', Trace: 'x' }),
    );
    expect(await cli('publish', upper)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('"Trace" is not a valid extension name') as unknown,
    });
    expect(await cli('publish', file('broken.json', '{'))).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('broken.json: not JSON') as unknown,
    });
  });

  it.each(['deploy', 'plan'])('a file beyond the limit, by its name: %s', async (command) => {
    const path = file(`huge-${command}.yaml`, `# ${'x'.repeat(8 * 1024 * 1024)}`);
    expect(await cli(command, path)).toMatchObject({
      code: 2,
      stderr: `error: huge-${command}.yaml has 8388610 bytes: a body may have at most 8388608 bytes\n`,
    });
  });

  it('a wrong token, which is not shown', async () => {
    for (const wrong of ['secret-but-wrong', 'bad\ntoken']) {
      const { code, stderr } = await run(['status'], { ...env(), HOMEOSTASIS_TOKEN: wrong });
      expect(code).toBe(2);
      expect(stderr).toMatch(/token/);
      expect(stderr).not.toContain(wrong);
    }
  });
});

describe.concurrent('no control plane exits 3', () => {
  it.each([
    ['status'],
    ['plan', 'examples/shop.yaml'],
    ['deploy', 'examples/shop.yaml', '--wait'],
    ['events', '--follow'],
  ])('%s, in one line', async (...args) => {
    // A port that was free a moment ago, and is nobody's.
    const probe = createServer().listen(0, '127.0.0.1');
    await once(probe, 'listening');
    const { port } = probe.address() as AddressInfo;
    probe.close();
    const { code, stdout, stderr } = await run(args, { ...env(), HOMEOSTASIS_URL: `http://127.0.0.1:${port}` });
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
    expect(stderr).toMatch(
      /^error: cannot reach the control plane at \S+ \(ECONNREFUSED\): start it with "npm start".*\n$/,
    );
  });

  const hosts = {
    type: 'about:blank',
    title: 'Not Found',
    status: 404,
    detail: 'no such host',
    hosts: ['a.localhost'],
  };
  it.each([
    ['a web page', 200, '<html>It works!</html>', 'answers (status 200), but is not a control plane'],
    ['an API that knows no such path', 404, '{"message":"Not Found"}', 'answers (status 404), but is not a'],
    ['a server that sends away', 302, '', 'answers (status 302), but is not a control plane'],
    ['the gateway', 404, JSON.stringify(hosts), 'it is the gateway that carries the traffic'],
  ])('nor does something else that answers there: %s', async (_, status, body, expected) => {
    const other = createServer((_question, answer) => answer.writeHead(status).end(body)).listen(0, '127.0.0.1');
    await once(other, 'listening');
    const url = `http://127.0.0.1:${(other.address() as AddressInfo).port}`;
    const { code, stdout, stderr } = await cli('status', '--hub', url);
    other.close();
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
    expect(stderr).toContain(`cannot reach the control plane: ${url} answers`);
    expect(stderr).toContain(expected);
    expect(stderr).toContain('Name yours with --hub');
  });

  it('no sandbox either', async () => {
    expect(await cli('sandbox', 'fault', 'list')).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('no sandbox is running here') as unknown,
    });
  });
});

describe('practising failure', () => {
  it('faults are added, listed and cleared in the sandbox that runs here', async () => {
    const faults = createFaultBook();
    const control = await startControl(
      {
        faults,
        ca: '',
        endpoints: () => ({}),
        resources: () => ({}),
        workloads: () => [],
        reset: () => Promise.resolve(),
      },
      { port: 0 },
    );
    const data = mkdtempSync(join(tmpdir(), 'homeostasis-sandbox-'));
    writeFileSync(join(data, 'sandbox.json'), JSON.stringify({ control: control.url }));
    const fault = (...args: string[]) => cli('sandbox', 'fault', ...args, '--data', data);
    expect(await fault('list')).toMatchObject({ code: 0, stdout: 'no faults\n' });
    const added = await fault('add', 'region-down', 'aws/eu-west-1');
    expect(added).toMatchObject({ code: 0, stderr: '' });
    const [, id = ''] =
      /^(\S+): region-down aws\/eu-west-1; end it with: npx homeostasis sandbox fault clear \1\n$/.exec(added.stdout) ??
      [];
    expect((await fault('list')).stdout).toContain(`${id}  region-down aws/eu-west-1`);
    expect(json(await fault('list', '--json'))).toMatchObject({ faults: [{ id, kind: 'region-down' }] });
    const [wrong, far, late] = await Promise.all([
      fault('add', 'region-donw'),
      fault('add', 'throttle', 'aws', '--rate', '7'),
      fault('clear', 'none'),
    ]);
    expect(wrong).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(
        /^error: there is no kind of fault "region-donw" \(did you mean "region-down"\?\)/,
      ) as unknown,
    });
    expect(far).toMatchObject({ code: 2, stderr: expect.stringContaining('rate must be a number above 0') as unknown });
    expect(late).toMatchObject({ code: 2, stderr: expect.stringContaining("There is no fault 'none'") as unknown });
    const [where, some] = await Promise.all([
      fault('add', 'region-down', 'aws/eu-wset-1'),
      fault('add', 'api-error', 'gcp', '--rate', '0.07', '--times', '3'),
    ]);
    expect(where).toMatchObject({ code: 2, stdout: '' });
    expect(where.stderr).toContain('there is no region "aws/eu-wset-1" (did you mean "aws/eu-west-1"?)');
    expect(some.stdout).toContain('api-error gcp (7 % of calls) (ends after 3 hits); end it');
    expect(await fault('clear', id)).toMatchObject({ code: 0, stdout: `${id} is over\n` });
    expect(await fault('clear', '--json')).toMatchObject({ code: 0 });
    expect(faults.list()).toEqual([]);
    await control.close();
    rmSync(data, { recursive: true });
  });
});

describe.concurrent('looking after oneself', () => {
  it('doctor says what is missing, and is clear in JSON', async () => {
    const broken = mkdtempSync(join(tmpdir(), 'homeostasis-doctor-'));
    writeFileSync(join(broken, 'token'), 'x'.repeat(40), { mode: 0o644 });
    writeFileSync(join(broken, 'sandbox.json'), '{');
    const { HOMEOSTASIS_TOKEN: _, ...rest } = env();
    const { code, stdout, stderr } = await run(['doctor', '--json'], { ...rest, HOMEOSTASIS_DATA: broken });
    rmSync(broken, { recursive: true });
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
    const { checks } = JSON.parse(stdout) as {
      readonly checks: readonly { readonly name: string; readonly ok: boolean }[];
    };
    expect(Object.fromEntries(checks.map(({ name, ok }) => [name, ok]))).toEqual({
      node: true,
      token: false,
      'control plane': false,
      sandbox: false,
    });
  });

  it('help is help', async () => {
    const { code, stdout } = await cli('--help');
    expect(code).toBe(0);
    for (const command of [
      'serve',
      'plan',
      'deploy',
      'status',
      'explain',
      'scale',
      'remove',
      'events',
      'publish',
      'doctor',
    ]) {
      expect(stdout).toContain(`\n  ${command} `);
    }
  });

  it('colours only where they are wanted', async () => {
    const forced = await run(['doctor'], { ...env(), FORCE_COLOR: '1' });
    expect(forced.stdout).toMatch(escape);
    const refused = await run(['doctor'], { ...env(), NO_COLOR: '1' });
    expect(refused.stdout).not.toMatch(escape);
  });
});
