import * as route53 from 'aws-cdk-lib/aws-route53';
import { Construct } from 'constructs';

/** Answers 200 only while the hub holds the lease; no credentials, and nothing but yes or no. */
export const activePath = '/healthz/active';

export interface HubAddress {
  /** Host that answers by itself, whoever is active: `<id>.execute-api.<region>.amazonaws.com`. */
  readonly host: string;
  /** Of the API's custom domain in that region. */
  readonly regionalDomainName: string;
  readonly regionalHostedZoneId: string;
}

export interface HubNameProps {
  readonly zone: { readonly id: string; readonly name: string };
  /** What people and deployers call: `hub.example.com`. */
  readonly name: string;
  readonly primary: HubAddress;
  readonly standby: HubAddress;
}

/** Every ten seconds, three times: half a minute until the name follows the lease. The fast interval costs a dollar a month more. */
const seconds = 10;
const failures = 3;

/**
 * The hub's one name. It follows the lease rather than the region's health: a hub that answers and does not hold the lease is not
 * asked. Health checks run from many places of the world, and Route 53 answers from all of them, without any region's control plane.
 */
export class HubName extends Construct {
  constructor(scope: Construct, id: string, { zone, name, primary, standby }: HubNameProps) {
    super(scope, id);
    const addresses = [
      ['PRIMARY', primary],
      ['SECONDARY', standby],
    ] as const;
    for (const [failover, { host, regionalDomainName, regionalHostedZoneId }] of addresses) {
      const check = new route53.CfnHealthCheck(this, `Check-${failover}`, {
        healthCheckConfig: {
          type: 'HTTPS',
          fullyQualifiedDomainName: host,
          resourcePath: activePath,
          port: 443,
          enableSni: true,
          requestInterval: seconds,
          failureThreshold: failures,
        },
      });
      new route53.CfnRecordSet(this, `Name-${failover}`, {
        hostedZoneId: zone.id,
        name,
        type: 'A',
        setIdentifier: failover.toLowerCase(),
        failover,
        healthCheckId: check.attrHealthCheckId,
        aliasTarget: { dnsName: regionalDomainName, hostedZoneId: regionalHostedZoneId, evaluateTargetHealth: false },
      });
    }
  }
}
