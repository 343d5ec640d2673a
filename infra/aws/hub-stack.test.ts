import { App, Validations } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { AwsSolutionsChecks } from 'cdk-nag';
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tableDefinition } from '../../shared/adapters/store-dynamodb/table.ts';
import { contracts } from '../../shared/contracts/index.ts';
import { hubFunctions, processor } from '../functions.ts';
import { options, packagesOf } from './fixtures.ts';
import { HubStack } from './hub-stack.ts';

const functions = hubFunctions.map(({ name }) => name);

interface Resource {
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
}
interface Statement {
  readonly Sid?: string;
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

let folder = '';
let template: Template;
beforeAll(() => {
  folder = packagesOf(hubFunctions);
  const app = new App({ outdir: join(folder, 'cdk.out') });
  const env = { account: '123456789012', region: 'eu-west-1' };
  const stack = new HubStack(app, 'hub', {
    ...options,
    reconcileSeconds: 60,
    packages: join(folder, 'functions'),
    env,
  });
  // Synthesis ends with an error for what AwsSolutions finds and nobody has acknowledged.
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  app.synth();
  template = Template.fromStack(stack);
  // On a machine that may be busy with other tests.
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const of = (type: string): readonly Resource[] =>
  Object.values(template.findResources(type)) as unknown as readonly Resource[];

function statements(role: string): readonly Statement[] {
  const [id] = Object.entries(template.findResources('AWS::IAM::Role')).find(
    ([, { Properties }]) => (Properties as { RoleName?: string }).RoleName === `homeostasis-${role}`,
  ) ?? [''];
  return of('AWS::IAM::Policy')
    .filter(({ Properties }) => JSON.stringify(Properties['Roles']).includes(`"${id}"`))
    .flatMap(({ Properties }) => (Properties['PolicyDocument'] as { Statement: readonly Statement[] }).Statement);
}

const actionsOf = ({ Action }: Statement): readonly string[] => (typeof Action === 'string' ? [Action] : Action);

describe('rules', () => {
  const services = new URL('../../services/', import.meta.url);
  const typeOf = new Map(contracts.map(({ type }) => [`on-${type.split('.').slice(2, 4).join('-')}.ts`, type]));

  const ruleOf = (name: string) =>
    of('AWS::Events::Rule').find(({ Properties }) => Properties['Name'] === `homeostasis-${name}`);

  it.each(['placement', 'monitor', 'rollout', 'traffic', 'dr', 'cost', 'deployer-aws'])(
    'bring %s exactly what its files read',
    (service) => {
      const files = readdirSync(new URL(`${service}/`, services)).filter((file) => /^on-[a-z-]+\.ts$/.test(file));
      const pattern = ruleOf(service)?.Properties['EventPattern'] as { 'detail-type': string[] };
      expect([...pattern['detail-type']].sort()).toEqual(files.map((file) => typeOf.get(file)).sort());
    },
  );

  it('stand for every service that reads anything, and for no other', () => {
    const readers = readdirSync(services).filter((service) =>
      readdirSync(new URL(`${service}/`, services)).some((file) => /^on-[a-z-]+\.ts$/.test(file)),
    );
    const inOtherClouds = ['deployer-azure', 'deployer-gcp'];
    const expected = [...readers.filter((each) => !inOtherClouds.includes(each)), 'relay', 'event-log'];
    const names = of('AWS::Events::Rule').map(({ Properties }) =>
      String(Properties['Name']).slice('homeostasis-'.length),
    );
    expect(names.sort()).toEqual(expected.sort());
  });

  it('take a command to one deployer only', () => {
    const clouds = ['deployer-aws', 'relay'].map(
      (name) => (ruleOf(name)?.Properties['EventPattern'] as { detail: { cloud: string[] } }).detail.cloud,
    );
    expect(clouds).toEqual([['aws'], ['azure', 'gcp']]);
  });

  it('keep what they cannot deliver', () => {
    for (const { Properties } of of('AWS::Events::Rule')) {
      expect(Properties['Targets']).toEqual([
        expect.objectContaining({ DeadLetterConfig: expect.anything(), RetryPolicy: expect.anything() }),
      ]);
    }
  });
});

describe('what is kept', () => {
  it('lies in the table that the store expects', () => {
    const { partitionKey, sortKey, streamViewType, timeToLiveAttribute } = tableDefinition;
    template.hasResourceProperties('AWS::DynamoDB::Table', {
      KeySchema: [
        { AttributeName: partitionKey, KeyType: 'HASH' },
        { AttributeName: sortKey, KeyType: 'RANGE' },
      ],
      StreamSpecification: { StreamViewType: streamViewType },
      TimeToLiveSpecification: { AttributeName: timeToLiveAttribute, Enabled: true },
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      DeletionProtectionEnabled: true,
    });
  });

  it('outlives the stack', () => {
    for (const type of ['AWS::DynamoDB::Table', 'AWS::S3::Bucket', 'AWS::KMS::Key']) {
      template.allResources(type, { DeletionPolicy: 'Retain' });
    }
  });

  it('is encrypted with our key, queues and logs too', () => {
    const keyed = {
      'AWS::SQS::Queue': 'KmsMasterKeyId',
      'AWS::Logs::LogGroup': 'KmsKeyId',
      'AWS::Lambda::Function': 'KmsKeyArn',
    };
    for (const [type, property] of Object.entries(keyed)) {
      for (const { Properties } of of(type)) expect(Properties[property], type).toBeDefined();
    }
  });
});

describe('functions', () => {
  it('are there, each on Node 24 and arm64, each with a role of its own', () => {
    const made = of('AWS::Lambda::Function');
    expect(
      made.map(({ Properties }) => String(Properties['FunctionName']).slice('homeostasis-'.length)).sort(),
    ).toEqual([...functions].sort());
    for (const { Properties } of made) {
      expect(Properties).toMatchObject({
        ...{ Runtime: 'nodejs24.x', Handler: 'index.handler' },
        // What machine code lies beside them is for it too.
        Architectures: [processor],
      });
    }
    expect(new Set(made.map(({ Properties }) => JSON.stringify(Properties['Role']))).size).toBe(functions.length);
  });

  it('give back what failed of a batch, and nothing else', () => {
    for (const { Properties } of of('AWS::Lambda::EventSourceMapping')) {
      expect(Properties['FunctionResponseTypes']).toEqual(['ReportBatchItemFailures']);
    }
  });

  it('hide a message six times as long as they may take', () => {
    const timeouts = new Map(
      of('AWS::Lambda::Function').map(({ Properties: p }) => [p['FunctionName'], Number(p['Timeout'])]),
    );
    for (const { Properties } of of('AWS::SQS::Queue')) {
      const timeout = timeouts.get(Properties['QueueName']);
      if (timeout !== undefined) expect(Properties['VisibilityTimeout']).toBe(6 * timeout);
    }
  });
});

describe('roles', () => {
  /** What the SDK's packages call differently from IAM; Elastic Load Balancing, ECS, … are called alike. */
  const prefixes: Readonly<Record<string, string>> = {
    'cost-explorer': 'ce',
    'elastic-load-balancing-v2': 'elasticloadbalancing',
    eventbridge: 'events',
    'route-53': 'route53',
  };

  it.each(hubFunctions)(
    'let $name at no service of AWS that it has no client for',
    ({ name, clients, later = [], source }) => {
      const known = new Set([...clients, ...later].map((client) => prefixes[client] ?? client));
      // Logs, traces and keys need no client, nor do secrets, which AWS's extension reads; event sources are polled, and roles handed
      // over, by Lambda and AWS itself.
      for (const each of [
        'logs',
        'xray',
        'kms',
        'iam',
        ...(Object.hasOwn(options.secrets ?? {}, name) ? ['secretsmanager'] : []),
        ...(source === 'queue' ? ['sqs'] : []),
        ...(source === 'stream' ? ['dynamodb'] : []),
      ])
        known.add(each);
      const used = new Set(
        statements(name)
          .flatMap(actionsOf)
          .map((action) => action.slice(0, action.indexOf(':'))),
      );
      expect([...used].filter((prefix) => !known.has(prefix))).toEqual([]);
    },
  );

  it('name every action', () => {
    for (const { Properties } of of('AWS::IAM::Policy')) {
      const { Statement } = Properties['PolicyDocument'] as { Statement: readonly Statement[] };
      for (const statement of Statement) {
        for (const action of actionsOf(statement)) expect(action).not.toContain('*');
      }
    }
  });

  it.each(['placement', 'monitor', 'rollout', 'traffic', 'dr', 'cost'])(
    'let %s at the items that are its own only',
    (service) => {
      const onTable = statements(service).filter((each) =>
        actionsOf(each).some((action) => /^dynamodb:(?!.*Stream)/.test(action)),
      );
      expect(onTable).toHaveLength(1);
      expect(onTable[0]?.Condition).toEqual({
        'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': [`${service}#*`] },
        Null: { 'dynamodb:LeadingKeys': 'false' },
      });
    },
  );

  it('let only the outbox, what was delayed, and the deployer onto the bus', () => {
    const publishers = functions.filter((name) =>
      statements(name).some((each) => actionsOf(each).includes('events:PutEvents')),
    );
    expect(publishers.sort()).toEqual(['delayed', 'deployer-aws', 'outbox']);
  });

  it('let those read secrets that have any, each its own by name, with the extension beside them', () => {
    const readers = functions.filter((name) =>
      statements(name).some((each) => actionsOf(each).some((action) => action.startsWith('secretsmanager:'))),
    );
    expect(readers.sort()).toEqual(['cost', 'ingress', 'monitor']);
    const [grant] = statements('ingress').filter(({ Sid }) => Sid === 'Secrets');
    expect(actionsOf(grant as Statement)).toEqual(['secretsmanager:GetSecretValue']);
    expect(JSON.stringify(grant?.Resource)).toContain(
      ':secretsmanager:eu-west-1:123456789012:secret:prod/homeostasis/hooks-??????',
    );
    const extended = of('AWS::Lambda::Function').filter(({ Properties }) => Properties['Layers'] !== undefined);
    expect(extended.map(({ Properties }) => Properties['FunctionName']).sort()).toEqual([
      'homeostasis-cost',
      'homeostasis-ingress',
      'homeostasis-monitor',
    ]);
    for (const { Properties } of extended) expect(JSON.stringify(Properties['Layers'])).toContain('Extension-Arm64');
  });

  const audiences = (name: string): unknown[] =>
    statements(name)
      .filter((each) => actionsOf(each).includes('sts:GetWebIdentityToken'))
      .map(({ Condition }) => Condition?.['ForAllValues:StringEquals']?.['sts:IdentityTokenAudience']);

  it('let cost at its bills alone, and at the price list and Cost Explorer because they are configured', () => {
    const own = statements('cost');
    const of = (sid: string) => own.find(({ Sid }) => Sid === sid);
    expect(of('Bills0')).toMatchObject({ Action: 's3:GetObject', Resource: expect.anything() });
    expect(JSON.stringify(of('Bills0')?.Resource)).toContain(':s3:::bills/focus/*');
    expect(JSON.stringify(of('ListBills0')?.Resource)).toContain(':s3:::bills');
    expect(of('ListBills0')?.Condition).toEqual({ StringLike: { 's3:prefix': 'focus/*' } });
    expect(JSON.stringify(of('Ledger')?.Resource)).toContain('/ledger/*');
    expect([of('PriceList')?.Action, of('CostExplorer')?.Action]).toEqual([
      'pricing:GetProducts',
      'ce:GetCostAndUsage',
    ]);
    expect(audiences('cost')).toEqual([['api://AzureADTokenExchange']]);
    const bills = functions.filter((name) => statements(name).some(({ Sid }) => Sid === 'Ledger'));
    expect(bills).toEqual(['cost']);
    for (const name of functions.filter((each) => statements(each).some(({ Sid }) => Sid === 'Documents'))) {
      const denied = statements(name).filter(({ Sid, Effect }) => Sid === 'NoBills' && Effect === 'Deny');
      expect(denied, name).toHaveLength(name === 'cost' ? 0 : 1);
    }
  });

  it('let only the relay, and cost for its bills, ask for an identity, and for these audiences', () => {
    const identities = functions.filter((name) => audiences(name).length > 0);
    expect(identities.sort()).toEqual(['cost', 'relay']);
    const [identify] = statements('relay').filter((each) => actionsOf(each).includes('sts:GetWebIdentityToken'));
    expect(identify?.Condition).toEqual({
      'ForAllValues:StringEquals': {
        'sts:IdentityTokenAudience': ['api://AzureADTokenExchange', options.remote.gcp?.provider],
      },
    });
  });
});

describe('schedules', () => {
  it('tick for bills and price lists as often as is configured', () => {
    const rates = of('AWS::Scheduler::Schedule').map(
      ({ Properties: p }) => `${String(p['Name'])} ${String(p['ScheduleExpression'])}`,
    );
    expect(rates).toEqual(
      expect.arrayContaining(['homeostasis-cost-sweep rate(12 hours)', 'homeostasis-price-refresh rate(1 day)']),
    );
  });
});

describe('the front door', () => {
  it('verifies tokens of every issuer on paths of its own, and of the first on the short ones', () => {
    const routes = of('AWS::ApiGatewayV2::Route').map(
      ({ Properties: p }) => `${String(p['AuthorizationType'])} ${String(p['RouteKey'])}`,
    );
    for (const prefix of ['', '/github', '/people']) expect(routes).toContain(`JWT ANY ${prefix}/v1/{proxy+}`);
    expect(routes.filter((route) => route.startsWith('NONE')).sort()).toEqual([
      'NONE GET /healthz',
      'NONE OPTIONS /github/v1/events',
      'NONE OPTIONS /people/v1/events',
      'NONE OPTIONS /v1/events',
      // A hook knows its own sender.
      'NONE POST /v1/hooks/{hook}',
    ]);
    template.hasResourceProperties('AWS::ApiGatewayV2::Authorizer', {
      JwtConfiguration: { Issuer: 'https://token.actions.githubusercontent.com', Audience: ['homeostasis'] },
    });
  });

  it('limits each route that it names, and all others together', () => {
    const [stage] = of('AWS::ApiGatewayV2::Stage');
    const named = Object.keys(stage?.Properties['RouteSettings'] as object);
    const routes = of('AWS::ApiGatewayV2::Route').map(({ Properties }) => Properties['RouteKey']);
    for (const route of named) expect(routes).toContain(route);
    expect(stage?.Properties['DefaultRouteSettings']).toMatchObject({
      ThrottlingRateLimit: 100,
      ThrottlingBurstLimit: 200,
    });
  });
});

describe('alarms', () => {
  const names = (): string[] => of('AWS::CloudWatch::Alarm').map(({ Properties }) => String(Properties['AlarmName']));

  it('watch every queue and every function', () => {
    for (const name of functions)
      expect(names()).toEqual(expect.arrayContaining([`homeostasis-${name}-errors`, `homeostasis-${name}-throttles`]));
    const queued = of('AWS::SQS::Queue')
      .map(({ Properties }) => String(Properties['QueueName']))
      .filter((each) => !each.endsWith('-dead-letters'));
    for (const queue of queued)
      expect(names()).toEqual(expect.arrayContaining([`${queue}-dead-letters`, `${queue}-oldest`]));
    expect(names()).toContain('homeostasis-outbox-lag');
  });

  it('tell somebody, and when it is over too', () => {
    template.allResourcesProperties('AWS::CloudWatch::Alarm', {
      AlarmActions: [Match.anyValue()],
      OKActions: [Match.anyValue()],
    });
  });
});

it('is what it was', () => {
  // Hashes of assets change with every bundle; what the stack is made of does not.
  const text = JSON.stringify(template.toJSON(), null, 2).replaceAll(/[0-9a-f]{64}/g, '<asset>');
  expect(text).toMatchSnapshot();
});
