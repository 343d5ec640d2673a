/** The import rule of the house (docs/explanation/layout.md), as data. Tests may import anything; nobody imports tests. */
const test = '\\.test\\.ts$';
const only = (from, allowed, comment) => ({
  name: `only-${from.replaceAll(/[^a-z]+/g, '-')}`,
  comment,
  severity: 'error',
  from: { path: `^${from}/`, pathNot: test },
  to: {
    path: '^(shared|services|sandbox|infra|cli|console|test|bench|scripts)/',
    pathNot: `^(${[from, ...allowed].join('|')})/`,
  },
});
const pure =
  '^(?:node:)?(?:fs|http|https|net|os|path|process|crypto|child_process|worker_threads|timers|dns|tls|sqlite)';

export default {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    { name: 'resolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
    only('shared/contracts', [], 'contracts stand alone'),
    only('shared/domain', ['shared/contracts'], 'domain knows only the contracts'),
    only('shared/ports', ['shared/contracts', 'shared/domain'], 'ports know contracts and domain'),
    only('shared/pipeline', ['shared/ports', 'shared/domain', 'shared/contracts'], 'the pipeline knows no adapter'),
    {
      name: 'only-shared-adapters',
      comment:
        'adapters know ports, not services; the Lambda shell also runs the pipeline, on the configuration it was packaged with',
      severity: 'error',
      from: { path: '^shared/adapters/', pathNot: `^shared/adapters/lambda/|${test}` },
      to: {
        path: '^(shared|services|sandbox|infra|cli|console|test|bench|scripts)/',
        pathNot: '^shared/(adapters|ports|contracts)/',
      },
    },
    only(
      'shared/adapters/lambda',
      ['shared/adapters', 'shared/pipeline', 'shared/ports', 'shared/contracts', 'shared/domain/settings'],
      'a shell around services, which it is given',
    ),
    only('infra', ['shared/contracts'], 'handler entries are named by path'),
    only('shared/catalogue', ['shared/contracts', 'shared/domain'], 'the catalogue is data'),
    only('sandbox', [], 'a fake that shares code with its adapter shares its bugs'),
    only('console', ['shared/contracts'], 'the console speaks HTTP'),
    {
      name: 'services-stand-alone',
      comment: 'no service imports another; only main.* takes adapters',
      severity: 'error',
      from: { path: '^services/([^/]+)/', pathNot: `^services/ingress/hub-routes\\.ts$|${test}` },
      to: {
        path: '^(services|sandbox|infra|cli|console|test|bench|scripts)/',
        pathNot: '^services/$1/',
      },
    },
    {
      name: 'hub-routes-only-of-routes',
      comment: "the hub's front door mounts what the services let be read of their own, and takes nothing else of them",
      severity: 'error',
      from: { path: '^services/ingress/hub-routes\\.ts$' },
      to: {
        path: '^(services|sandbox|infra|cli|console|test|bench|scripts)/',
        pathNot: '^services/([^/]+/(routes|settings-from)\\.ts|ingress/)',
      },
    },
    {
      name: 'adapters-only-in-composition-roots',
      severity: 'error',
      from: { path: '^services/', pathNot: `(/main\\.[a-z.]+\\.ts|${test})$` },
      to: { path: '^shared/adapters/' },
    },
    {
      name: 'services-only-from-serve',
      comment: 'the CLI speaks HTTP; only the composition root of the embedded runtime takes services',
      severity: 'error',
      from: { path: '^cli/', pathNot: `^cli/(serve\\.ts|serve/)|${test}` },
      to: { path: '^(services|shared/adapters|shared/pipeline|sandbox)/' },
    },
    { name: 'domain-is-pure', severity: 'error', from: { path: '^shared/domain/', pathNot: test }, to: { path: pure } },
    ...['aws', 'azure', 'gcp'].map((cloud) => ({
      name: `sdk-of-${cloud}-only-in-its-deployer`,
      severity: 'error',
      from: { path: '^services/', pathNot: `^services/deployer-${cloud}/|${test}` },
      to: { path: `node_modules/${{ aws: '@aws-sdk', azure: '@azure', gcp: '(@google-cloud|google-gax)' }[cloud]}/` },
    })),
    {
      name: 'nobody-imports-tests',
      severity: 'error',
      from: { pathNot: '^(test|bench)/' },
      to: { path: '^(test|bench)/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|\\.cache)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
