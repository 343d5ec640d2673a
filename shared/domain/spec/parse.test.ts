import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { catalogue, places } from '../../catalogue/index.ts';
import { formatProblem, knownWorld, parseDocuments, tierDefaults } from './index.ts';

const known = knownWorld(catalogue, places);
const head = 'apiVersion: homeostasis.dev/v1\nkind: Application\nmetadata: { name: shop }\nspec:\n';

function problems(text: string): readonly string[] {
  return parseDocuments(text, { file: 'shop.yaml', known }).problems.map(formatProblem);
}

/** Problems of one service, whose fields begin in line 7, column 7. */
function service(...lines: readonly string[]): readonly string[] {
  return problems(
    `${head}  services:\n    - name: web\n${lines.map((line) => `      ${line}\n`).join('')}      image: web:1\n`,
  );
}

describe('a document that is no document', () => {
  it.each([
    ['an empty file', '', ['shop.yaml:1:1: holds no document; allowed: kind: Application']],
    ['only comments', '# nothing\n---\n# more\n', ['shop.yaml:1:1: holds no document; allowed: kind: Application']],
    ['a scalar', 'hello', ['shop.yaml:1:1: found "hello"; allowed: a mapping']],
    ['a list', '- 1', ['shop.yaml:1:1: found a list; allowed: a mapping']],
    [
      'broken YAML',
      'a: [1, 2\nb: 3',
      [
        'shop.yaml:2:1: not valid YAML: Flow sequence in block collection must be sufficiently indented and end with a ]',
      ],
    ],
    ['tabs', 'a:\n\tb: 1', ['shop.yaml:2:1: not valid YAML: Tabs are not allowed as indentation']],
    ['an unknown tag', 'a: !secret x', ['shop.yaml:1:4: not valid YAML: Unresolved tag: !secret']],
    ['a key twice', 'a: 1\nb: 2\na: 3\n', ['shop.yaml:3:1: a: the key stands here twice']],
    ['an alias to nothing', 'a: *b', ['shop.yaml:1:4: a: no anchor "b" stands before this alias']],
    [
      'a list as key',
      '? [1]\n: 2\n',
      ['shop.yaml:1:1: has a key that is a list, a mapping or an alias; keys are plain text'],
    ],
  ])('%s', (_, text, expected) => {
    expect(problems(text)).toEqual(expected);
  });

  it('says all of a near-empty document', () => {
    expect(problems('{}')).toEqual([
      'shop.yaml:1:1: apiVersion: is missing',
      'shop.yaml:1:1: kind: is missing',
      'shop.yaml:1:1: metadata: is missing',
      'shop.yaml:1:1: spec: is missing',
    ]);
  });
});

describe('a field that does not fit', () => {
  it.each([
    [
      'unknown field',
      ['replica: 2'],
      'shop.yaml:7:7: spec.services[0].replica: unknown key (did you mean "replicas"?)',
    ],
    [
      'unknown field like no other',
      ['resources: { disk: 1 }'],
      'shop.yaml:7:20: spec.services[0].resources.disk: unknown key; allowed: cpu, memory',
    ],
    [
      'text for a number',
      ['replicas: two'],
      'shop.yaml:7:17: spec.services[0].replicas: found "two"; allowed: a whole number from 0 to 1000',
    ],
    [
      'a fraction',
      ['replicas: 1.5'],
      'shop.yaml:7:17: spec.services[0].replicas: found 1.5; allowed: a whole number from 0 to 1000',
    ],
    [
      'an absurd number',
      ['replicas: 1e9'],
      'shop.yaml:7:17: spec.services[0].replicas: found 1000000000; allowed: a whole number from 0 to 1000',
    ],
    [
      'infinity',
      ['usage: { requestsPerSecond: .inf }'],
      'shop.yaml:7:35: spec.services[0].usage.requestsPerSecond: found Infinity; allowed: a number from 0 to 10000000',
    ],
    ['yes for true', ['spot: yes'], 'shop.yaml:7:13: spec.services[0].spot: found "yes"; allowed: true, false'],
    ['nothing', ['ports:'], 'shop.yaml:7:7: spec.services[0].ports: found nothing; allowed: a list'],
    [
      'a mapping for a list',
      ['ports: { port: 80 }'],
      'shop.yaml:7:14: spec.services[0].ports: found a mapping; allowed: a list',
    ],
    [
      'a number for text',
      ['command: [1]'],
      'shop.yaml:7:17: spec.services[0].command[0]: found 1; allowed: text (put it in quotes)',
    ],
    [
      'a misspelt word',
      ['tier: citical'],
      'shop.yaml:7:13: spec.services[0].tier: found "citical"; allowed: critical, standard, best-effort (did you mean "critical"?)',
    ],
    [
      'a word in the wrong case',
      ['ports: [{ port: 80, protocol: http }]'],
      'shop.yaml:7:37: spec.services[0].ports[0].protocol: found "http"; allowed: HTTP, GRPC, TCP (did you mean "HTTP"?)',
    ],
    [
      'a bad variable',
      ['env: { my-var: x }'],
      'shop.yaml:7:14: spec.services[0].env.my-var: the name does not fit; allowed: names like ^[A-Za-z_][A-Za-z0-9_]*$',
    ],
    [
      'a number that loses its text',
      ['env: { VERSION: 1.10 }'],
      'shop.yaml:7:23: spec.services[0].env.VERSION: YAML reads 1.10 as another number; allowed: "1.10" in quotes',
    ],
    [
      'a bad quantity',
      ['resources: { cpu: 1 core }'],
      'shop.yaml:7:25: spec.services[0].resources.cpu: found "1 core"; allowed: a Kubernetes quantity, for example 250m or 0.25 for cpu, 512Mi or 1Gi for memory',
    ],
    [
      'vCPUs for millicores',
      ['resources: { cpu: 2000 }'],
      'shop.yaml:7:25: spec.services[0].resources.cpu: found 2000; allowed: from 1m to 1000 vCPUs (did you mean "2000m"?)',
    ],
    [
      'no cpu at all',
      ['resources: { cpu: 0 }'],
      'shop.yaml:7:25: spec.services[0].resources.cpu: found 0; allowed: from 1m to 1000 vCPUs',
    ],
    [
      'bytes for MiB',
      ['resources: { memory: 512 }'],
      'shop.yaml:7:28: spec.services[0].resources.memory: found 512; allowed: from 1Mi to 32Ti (did you mean "512Mi"?)',
    ],
    [
      'thousandths of a byte',
      ['resources: { memory: 512m }'],
      'shop.yaml:7:28: spec.services[0].resources.memory: found "512m"; allowed: from 1Mi to 32Ti (did you mean "512Mi"?)',
    ],
    [
      'absurd memory',
      ['resources: { memory: 64Ti }'],
      'shop.yaml:7:28: spec.services[0].resources.memory: found "64Ti"; allowed: from 1Mi to 32Ti',
    ],
    [
      'an unknown programme',
      ['constraints: { compliance: [soc-2] }'],
      'shop.yaml:7:35: spec.services[0].constraints.compliance[0]: found "soc-2"; allowed: soc2, iso27001, iso27017, iso27018, pci-dss, hipaa, gdpr, fedramp-moderate, fedramp-high, c5, irap, ens-high (did you mean "soc2"?)',
    ],
  ])('%s', (_, lines, expected) => {
    expect(service(...lines)).toEqual([expected]);
  });
});

describe('a document whose parts contradict each other', () => {
  const at = 'spec.services[0]';
  it.each([
    ['a port twice', ['ports: [{ port: 80 }, { port: 80, name: b }]'], `7:37: ${at}.ports[1].port: a second port "80"`],
    [
      'a port name twice',
      ['ports: [{ port: 80, name: b }, { port: 81, name: b }]'],
      `7:56: ${at}.ports[1].name: a second port named "b"`,
    ],
    [
      'a volume twice',
      ['volumes: [{ name: a, mountPath: /a }, { name: a, mountPath: /b }]'],
      `7:53: ${at}.volumes[1].name: a second volume "a"`,
    ],
    [
      'a mount twice',
      ['volumes: [{ name: a, mountPath: /a }, { name: b, mountPath: /a }]'],
      `7:67: ${at}.volumes[1].mountPath: a second volume mounted at "/a"`,
    ],
    [
      'a secret twice',
      ['secrets: [{ env: A, secret: a }, { env: A, secret: b }]'],
      `7:47: ${at}.secrets[1].env: a second secret for variable "A"`,
    ],
    [
      'a secret that is set',
      ['env: { A: x }', 'secrets: [{ env: A, secret: a }]'],
      `8:24: ${at}.secrets[0].env: "A" is set in env, too`,
    ],
    ['a link to itself', ['links: [{ to: web, gbPerMonth: 1 }]'], `7:21: ${at}.links[0].to: "web" links to itself`],
    [
      'a link to nothing',
      ['links: [{ to: wep, gbPerMonth: 1 }]'],
      `7:21: ${at}.links[0].to: links to "wep", and no service is called that; allowed: web (did you mean "web"?)`,
    ],
    [
      'health without port',
      ['healthCheck: { path: / }'],
      `7:20: ${at}.healthCheck: a health check needs a port, and the service has none`,
    ],
    [
      'health on another port',
      ['ports: [{ port: 80 }]', 'healthCheck: { path: /, port: 81 }'],
      `8:37: ${at}.healthCheck.port: 81 is not a port of the service; allowed: 80`,
    ],
    [
      'a timeout over the interval',
      ['ports: [{ port: 80 }]', 'healthCheck: { path: /, timeoutSeconds: 11 }'],
      `8:47: ${at}.healthCheck.timeoutSeconds: 11 is longer than the interval of 10 s`,
    ],
    [
      'falling steps',
      ['ports: [{ port: 80 }]', 'strategy: { type: canary, steps: [50, 20, 100] }'],
      `8:45: ${at}.strategy.steps[1]: 20 does not rise above the step before it, 50`,
    ],
    [
      'steps that stop short',
      ['ports: [{ port: 80 }]', 'strategy: { type: canary, steps: [10, 50] }'],
      `8:45: ${at}.strategy.steps[1]: the last step is 50; allowed: 100`,
    ],
    [
      'a canary of a worker',
      ['strategy: { type: canary }'],
      `7:25: ${at}.strategy.type: a canary shifts traffic, and the service has no port`,
    ],
    [
      'a worker driven by requests',
      ['requestDriven: true'],
      `7:22: ${at}.requestDriven: requests drive it, but it is a worker without ports`,
    ],
    [
      'TCP driven by requests',
      ['requestDriven: true', 'ports: [{ port: 80, protocol: TCP }]'],
      `7:22: ${at}.requestDriven: requests drive it, but it has no HTTP or GRPC port`,
    ],
    [
      'too few replicas',
      ['replicas: 1', 'constraints: { minimumClouds: 2 }'],
      `7:17: ${at}.replicas: 1 replica cannot satisfy minimumClouds 2; allowed: 2 or more`,
    ],
    [
      'no replicas',
      ['replicas: 0', 'constraints: { minimumClouds: 2 }'],
      `7:17: ${at}.replicas: 0 replicas cannot satisfy minimumClouds 2; allowed: 2 or more`,
    ],
    [
      'fewer regions than clouds',
      ['constraints: { minimumClouds: 2, minimumRegions: 1 }'],
      `7:56: ${at}.constraints.minimumRegions: 1 is less than minimumClouds 2, and every cloud is at least one region; allowed: 2 or more`,
    ],
    [
      'more clouds than allowed',
      ['constraints: { minimumClouds: 2, clouds: { allow: [aws] } }'],
      `7:37: ${at}.constraints.minimumClouds: asks for 2 clouds, and only aws is left to choose from`,
    ],
    [
      'no cloud left',
      ["constraints: { clouds: { allow: [aws], deny: ['a*'] } }"],
      `7:30: ${at}.constraints.clouds: allow and deny together leave no cloud`,
    ],
    [
      'an unknown cloud',
      ['constraints: { clouds: { deny: [gpc] } }'],
      `7:39: ${at}.constraints.clouds.deny[0]: "gpc" matches no known cloud; allowed: gcp, aws, azure, private (did you mean "gcp"?)`,
    ],
    [
      'an unknown bloc',
      ['constraints: { dataResidency: [XX] }'],
      `7:38: ${at}.constraints.dataResidency[0]: "XX" is neither a country nor a bloc; allowed: ${known.jurisdictions.join(', ')}`,
    ],
    [
      'an unknown place',
      ['constraints: { latency: [{ from: londn, maxMs: 50 }] }'],
      `7:40: ${at}.constraints.latency[0].from: "londn" is not a known place; allowed: london, boston, lagos, lima, lisbon (did you mean "london"?)`,
    ],
    [
      'an unknown runtime',
      ['constraints: { nodes: { runtime: fargat } }'],
      `7:40: ${at}.constraints.nodes.runtime: "fargat" is not a known runtime; allowed: ${known.runtimes.join(', ')} (did you mean "fargate"?)`,
    ],
  ])('%s', (_, lines, expected) => {
    expect(service(...lines)).toEqual([`shop.yaml:${expected}`]);
  });

  it('finds region patterns that match nothing', () => {
    const [problem, ...others] = service("constraints: { regions: { allow: ['eu-*', '*/eu-wst-1', private/x] } }");
    expect(others).toEqual([]);
    expect(problem).toMatch(
      /^shop.yaml:7:49: spec.services\[0\].constraints.regions.allow\[1\]: "\*\/eu-wst-1" matches no known region; allowed: /,
    );
  });

  it('finds names used twice, over services and over documents', () => {
    const one = `${head}  services:\n    - { name: a, image: a }\n`;
    expect(problems(`${one}    - { name: a, image: b }\n---\n${one}`)).toEqual([
      'shop.yaml:7:15: spec.services[1].name: a second service "a"; the first is spec.services[0]',
    ]);
    expect(problems(`${one}---\n${one}`)).toEqual([
      'shop.yaml:10:19: metadata.name: a second application "shop" in this file; the first begins in line 1',
    ]);
  });

  it('counts the replicas of a tier as they are configured', () => {
    const wish = `${head}  placement: { minimumClouds: 2 }\n  services: [{ name: a, image: a }]\n`;
    const tiers = { ...tierDefaults, standard: { replicas: 2 } };
    expect(parseDocuments(wish, { file: 'shop.yaml', known }).problems).toHaveLength(1);
    expect(parseDocuments(wish, { file: 'shop.yaml', known: { ...known, tiers } }).problems).toEqual([]);
  });

  it.each([
    ['minimumClouds: 4', '5:31: spec.placement.minimumClouds: asks for 4 clouds, and 3 are known'],
    ['minimumClouds: 2', '5:31: spec.placement.minimumClouds: asks for 2 clouds with 1 replica in all'],
    [
      'maxSharePerCloud: 0.3',
      '5:34: spec.placement.maxSharePerCloud: 0.3 on each of 3 clouds is less than the whole application',
    ],
    ['maxSharePerCloud: 0', '5:34: spec.placement.maxSharePerCloud: found 0; allowed: a number above 0, at most 1'],
    [
      'weights: { cost: 0, performance: 0, compliance: 0, reliability: 0 }',
      '5:25: spec.placement.weights: all weights are 0: nothing would tell two places apart',
    ],
  ])('placement %s', (line, expected) => {
    expect(problems(`${head}  placement: { ${line} }\n  services: [{ name: a, image: a }]\n`)).toEqual([
      `shop.yaml:${expected}`,
    ]);
  });

  it('refuses more than 5,000 services with one problem', () => {
    const services = Array.from({ length: 5001 }, (_, index) => `    - { name: s${index}, image: a }\n`).join('');
    expect(problems(`${head}  services:\n${services}`)).toEqual([
      'shop.yaml:6:5: spec.services: has 5001 entries; allowed: at most 5000',
    ]);
  });
});

describe('a document that is fine', () => {
  it('takes links in a circle', () => {
    const link = (to: string) => `links: [{ to: ${to}, gbPerMonth: 1 }]`;
    expect(
      problems(`${head}  services: [{ name: a, image: a, ${link('b')} }, { name: b, image: b, ${link('a')} }]\n`),
    ).toEqual([]);
  });

  it('takes JSON, indented with tabs', () => {
    const spec = {
      apiVersion: 'homeostasis.dev/v1',
      kind: 'Application',
      metadata: { name: 'a' },
      spec: { services: [{ name: 'a', image: 'b' }] },
    };
    const { documents, problems: none } = parseDocuments(JSON.stringify(spec, null, '\t'), { file: 'a.json' });
    expect(none).toEqual([]);
    expect(documents[0]?.spec).toEqual(spec);
  });

  it('keeps the good documents beside the bad', () => {
    const good = `${head}  services: [{ name: a, image: a }]\n`;
    const { documents, problems: found } = parseDocuments(
      `${good}---\nkind: Nothing\n---\n${good.replace('shop', 'b')}`,
      { file: 'x' },
    );
    expect(documents.map(({ line, spec }) => [line, spec.metadata.name])).toEqual([
      [1, 'shop'],
      [9, 'b'],
    ]);
    expect(found.length).toBeGreaterThan(0);
  });

  it('shares blocks by aliases', () => {
    const text = `${head}  services:\n    - { name: a, image: a, resources: &r { cpu: 1 } }\n    - { name: b, image: b, resources: *r }\n`;
    expect(parseDocuments(text, { file: 'x' }).documents[0]?.spec.spec.services[1]?.resources).toEqual({ cpu: 1 });
    expect(problems(text.replace('cpu: 1', 'cpu: 0'))).toHaveLength(2);
  });

  it('warns without refusing', () => {
    const lines = [
      'tier: critical',
      'spot: true',
      'stateless: true',
      'volumes: [{ name: a, mountPath: /a }]',
      'constraints: { minimumClouds: 2, dataResidency: [FR, DE] }',
    ];
    const text = `${head}  services:\n    - name: a\n      image: a\n${lines.map((line) => `      ${line}\n`).join('')}`;
    const { documents, problems: none } = parseDocuments(text, { file: 'x', known });
    expect(none).toEqual([]);
    expect(documents[0]?.warnings.map(formatProblem)).toEqual([
      'x:9:13: spec.services[0].spot: a critical service on interruptible capacity can lose all its replicas at once',
      'x:10:18: spec.services[0].stateless: called stateless, but it has volumes',
      'x:11:16: spec.services[0].volumes: each cloud has its own volume: nothing copies the data between them',
      'x:12:56: spec.services[0].constraints.dataResidency[0]: no known region lies in FR',
    ]);
  });

  it('warns of state on capacity that is taken away', () => {
    const text = `${head}  services:\n    - { name: a, image: a, spot: true, stateless: false }\n`;
    expect(parseDocuments(text, { file: 'x' }).documents[0]?.warnings.map(({ message }) => message)).toEqual([
      'it keeps state, and interruptible capacity can take it away at any time',
    ]);
  });

  it.each(['shop', 'online-boutique'])('%s is one, without a warning', (name) => {
    const text = readFileSync(new URL(`../../../examples/${name}.yaml`, import.meta.url), 'utf8');
    const { documents, problems: none } = parseDocuments(text, { file: name, known });
    expect(none).toEqual([]);
    expect(documents.map(({ warnings }) => warnings)).toEqual([[]]);
  });
});
