import * as apigw from 'aws-cdk-lib/aws-apigatewayv2';
import * as acm from 'aws-cdk-lib/aws-certificatemanager';
import * as route53 from 'aws-cdk-lib/aws-route53';
import { Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';

/** Answers 200 only while the hub holds the lease; no credentials, and nothing but yes or no. */
export const activePath = '/healthz/active';

export interface HubNameProps {
  readonly zone: { readonly id: string; readonly name: string };
  /** What people and deployers call: `hub.example.com`. */
  readonly name: string;
  readonly preferred: boolean;
  readonly api: apigw.HttpApi;
  readonly stage: apigw.HttpStage;
}

/** Every ten seconds, three times: half a minute until the name follows the lease. The fast interval costs a dollar a month more. */
const seconds = 10;
const failures = 3;
/** As few as Route 53 takes: each place asks for itself, and each question is a request that is paid for. Two of them are enough to tell. */
const places = ['us-east-1', 'eu-west-1', 'ap-southeast-1'];

/**
 * This region's share of the hub's one name: a certificate, the name at this region's API, and the record that leads here while this
 * hub holds the lease. The name follows the lease rather than the region's health: a hub that answers and does not hold the lease is not
 * asked. Health checks run from many places of the world, and Route 53 answers from all of them, without any region's control plane.
 */
export class HubName extends Construct {
  constructor(scope: Construct, id: string, { zone, name, preferred, api, stage }: HubNameProps) {
    super(scope, id);
    const hostedZone = route53.HostedZone.fromHostedZoneAttributes(this, 'Zone', {
      hostedZoneId: zone.id,
      zoneName: zone.name,
    });
    // API Gateway takes certificates of its own region. Both regions ask for the same validation record, and either may write it.
    const certificate = new acm.Certificate(this, 'Certificate', {
      domainName: name,
      validation: acm.CertificateValidation.fromDns(hostedZone),
    });
    const domain = new apigw.DomainName(this, 'Domain', { domainName: name, certificate });
    new apigw.ApiMapping(this, 'Mapping', { api, domainName: domain, stage });
    const check = new route53.CfnHealthCheck(this, 'Check', {
      healthCheckConfig: {
        type: 'HTTPS',
        // By the API's own host, whatever the name says.
        fullyQualifiedDomainName: `${api.apiId}.execute-api.${Stack.of(this).region}.${Stack.of(this).urlSuffix}`,
        resourcePath: activePath,
        port: 443,
        enableSni: true,
        requestInterval: seconds,
        failureThreshold: failures,
        regions: places,
      },
    });
    const failover = preferred ? 'PRIMARY' : 'SECONDARY';
    new route53.CfnRecordSet(this, 'Record', {
      hostedZoneId: zone.id,
      name,
      type: 'A',
      setIdentifier: failover.toLowerCase(),
      failover,
      healthCheckId: check.attrHealthCheckId,
      aliasTarget: {
        dnsName: domain.regionalDomainName,
        hostedZoneId: domain.regionalHostedZoneId,
        evaluateTargetHealth: false,
      },
    });
  }
}
