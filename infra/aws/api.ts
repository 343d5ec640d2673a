import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import * as apigw from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpJwtAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';
import type { Issuer } from './options.ts';

export interface ApiProps {
  readonly hub: string;
  readonly ingress: lambda.IFunction;
  readonly issuers: readonly Issuer[];
  readonly key: kms.IKey;
  /** Path that says whether this hub is the active one; absent: there is no other. */
  readonly activePath?: string;
}

/** Requests per second and at once, for a route. */
interface Limit {
  readonly rate: number;
  readonly burst: number;
}

/** Writes cost a transaction each, reads a query or two; a stream is a long poll. Beyond it API Gateway answers 429. */
const limits = {
  default: { rate: 100, burst: 200 },
  'POST /v1/events': { rate: 200, burst: 400 },
  'POST /v1/applications': { rate: 20, burst: 40 },
  // A storm of 10,000 alerts in a minute, each in a request of its own.
  'POST /v1/hooks/{hook}': { rate: 200, burst: 400 },
  'GET /healthz': { rate: 10, burst: 20 },
  // Asked by health checkers all over the world, every ten seconds.
  'GET /healthz/active': { rate: 20, burst: 40 },
} as const satisfies Readonly<Record<string, Limit>>;

/** Each hook knows its own sender: no authorizer stands in front of it. Below an issuer's path it is a call of the API's. */
const hooks = 'POST /v1/hooks/{hook}';
const limited = Object.keys(limits).filter((route) => route.includes(' /v1') && route !== hooks);
const any = 'ANY /v1/{proxy+}';

/**
 * The front door. API Gateway verifies who calls (issuer, audience, expiry, signature of the token); ingress decides what they may.
 * A route has one authorizer and an authorizer one issuer, so each issuer has a path of its own: `/<issuer>/v1/…`; the first one's
 * is `/v1/…` too.
 */
export class Api extends Construct {
  readonly api: apigw.HttpApi;
  readonly stage: apigw.HttpStage;
  readonly url: string;

  constructor(scope: Construct, id: string, { hub, ingress, issuers, key, activePath }: ApiProps) {
    super(scope, id);
    this.api = new apigw.HttpApi(this, 'Api', {
      apiName: hub,
      createDefaultStage: false,
      disableExecuteApiEndpoint: false,
    });
    const integration = new HttpLambdaIntegration('Ingress', ingress, { timeout: Duration.seconds(29) });
    this.#open('GET', '/healthz', integration);
    this.#open('POST', '/v1/hooks/{hook}', integration);
    if (activePath !== undefined) this.#open('GET', activePath, integration);
    issuers.forEach((issuer, index) => {
      const authorizer = new HttpJwtAuthorizer(`Jwt-${issuer.name}`, issuer.url, {
        authorizerName: issuer.name,
        jwtAudience: [...issuer.audiences],
      });
      const prefixes = [`/${issuer.name}`, ...(index === 0 ? [''] : [])];
      for (const prefix of prefixes) {
        for (const route of [any, ...limited]) this.#route(route.replace(' ', ` ${prefix}`), integration, authorizer);
        // The handshake of CloudEvents web hooks comes without credentials, by its specification.
        this.#open('OPTIONS', `${prefix}/v1/events`, integration);
      }
    });
    const accessLog = new logs.LogGroup(this, 'AccessLog', {
      logGroupName: `/homeostasis/${hub}/api`,
      retention: logs.RetentionDays.THREE_MONTHS,
      encryptionKey: key,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.stage = new apigw.HttpStage(this, 'Stage', {
      httpApi: this.api,
      stageName: '$default',
      autoDeploy: true,
      throttle: { rateLimit: limits.default.rate, burstLimit: limits.default.burst },
      detailedMetricsEnabled: true,
    });
    const l1 = this.stage.node.defaultChild as apigw.CfnStage;
    l1.accessLogSettings = { destinationArn: accessLog.logGroupArn, format: accessLogFormat };
    l1.routeSettings = routeSettings(issuers, activePath);
    this.url = this.api.apiEndpoint;
  }

  #open(method: 'GET' | 'OPTIONS' | 'POST', path: string, integration: HttpLambdaIntegration): void {
    const methods = [apigw.HttpMethod[method]];
    const routes = this.api.addRoutes({ path, methods, integration, authorizer: new apigw.HttpNoneAuthorizer() });
    for (const route of routes) {
      acknowledge(
        route,
        'AwsSolutions-APIG4',
        'Says that it is up, shakes hands as CloudEvents web hooks do, or is a hook that authenticates its sender itself.',
      );
    }
  }

  #route(route: string, integration: HttpLambdaIntegration, authorizer: apigw.IHttpRouteAuthorizer): void {
    const [method = 'ANY', path = '/'] = route.split(' ');
    this.api.addRoutes({ path, methods: [method as apigw.HttpMethod], integration, authorizer });
  }
}

function routeSettings(issuers: readonly Issuer[], activePath: string | undefined): Record<string, unknown> {
  const prefixes = ['', ...issuers.map(({ name }) => `/${name}`)];
  const settings: Record<string, unknown> = {};
  for (const [route, { rate, burst }] of Object.entries(limits)) {
    if (route === 'default' || (route.endsWith('/active') && activePath === undefined)) continue;
    const own = route.includes(' /v1') && route !== hooks ? prefixes : [''];
    for (const prefix of own) {
      settings[route.replace(' ', ` ${prefix}`)] = { ThrottlingRateLimit: rate, ThrottlingBurstLimit: burst };
    }
  }
  return settings;
}

/** Who called what, and how it went; no token, no body. */
const accessLogFormat = JSON.stringify({
  time: '$context.requestTime',
  request: '$context.requestId',
  route: '$context.routeKey',
  status: '$context.status',
  bytes: '$context.responseLength',
  milliseconds: '$context.responseLatency',
  issuer: '$context.authorizer.claims.iss',
  subject: '$context.authorizer.claims.sub',
  refused: '$context.authorizer.error',
  source: '$context.identity.sourceIp',
});
