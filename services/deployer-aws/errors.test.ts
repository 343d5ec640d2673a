import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  CapacityExhausted,
  CloudUnreachable,
  InvalidSpec,
  TargetNotFound,
  Throttled,
  Unauthorized,
} from '../../shared/ports/cloud-target.ts';
import { codeOf, translate } from './errors.ts';

const doing = 'aws/eu-west-1 CreateService web';
const sdkError = (name: string, message: string, status: number | undefined) =>
  Object.assign(new Error(message), { name, $metadata: { httpStatusCode: status, requestId: 'r-1' } });
const socketError = (code: string) => Object.assign(new Error(`connect ${code} 10.0.0.1:443`), { code });

describe('errors', () => {
  it.each([
    ['ThrottlingException', 'Rate exceeded', 400, Throttled],
    ['Throttling', 'Rate exceeded', 400, Throttled],
    ['ClientException', 'Too many concurrent attempts to create a new revision of the family.', 400, Throttled],
    ['InvalidParameterException', 'Unable to Start a service that is still Draining.', 400, Throttled],
    ['InvalidParameterException', 'Creation of service was not idempotent.', 400, Throttled],
    ['UpdateInProgressException', 'There is already a current deployment in progress.', 400, Throttled],
    ['ResourceInUseException', 'Target group is currently in use by a listener or a rule', 400, Throttled],
    // Account-wide firsts and IAM's own pace: each of these goes away by itself.
    [
      'InvalidParameterException',
      'Unable to assume the service linked role. Please verify that the ECS service linked role exists.',
      400,
      Throttled,
    ],
    ['ClientException', 'ECS was unable to assume the role that was provided for this task.', 400, Throttled],
    ['ClientException', 'Role is not valid', 400, Throttled],
    [
      'InvalidParameterException',
      'The target group with targetGroupArn arn:tg does not have an associated load balancer.',
      400,
      Throttled,
    ],
    ['ClusterNotFoundException', 'The referenced cluster was inactive.', 400, Throttled],
    ['DuplicateLoadBalancerNameException', 'exists, but with different settings', 400, Throttled],
    ['DuplicateTargetGroupNameException', 'A target group with the same name exists', 400, Throttled],
    ['DuplicateListenerException', 'A listener already exists on this port', 400, Throttled],
    [
      'OperationNotPermittedException',
      'This AWS account currently does not support creating load balancers.',
      400,
      Unauthorized,
    ],
    ['RequestExpired', 'The security token is too old', 400, Unauthorized],
    ['AccessDeniedException', 'User is not authorized to perform: ecs:CreateService', 400, Unauthorized],
    ['UnrecognizedClientException', 'The security token included in the request is invalid.', 400, Unauthorized],
    ['ExpiredTokenException', 'The security token included in the request is expired', 403, Unauthorized],
    ['CredentialsProviderError', 'Could not load credentials from any providers', undefined, Unauthorized],
    ['LimitExceededException', 'You have reached the limit of services', 400, CapacityExhausted],
    ['TooManyLoadBalancersException', 'quota', 400, CapacityExhausted],
    ['ClusterNotFoundException', 'Cluster not found.', 400, TargetNotFound],
    ['InvalidParameterException', "The subnet ID 'subnet-1' does not exist", 400, TargetNotFound],
    ['InvalidParameterException', 'The specified capacity provider spot was not found.', 400, TargetNotFound],
    ['SubnetNotFoundException', 'One or more subnets not found', 400, TargetNotFound],
    ['ClientException', 'No Fargate configuration exists for given values.', 400, InvalidSpec],
    ['InvalidParameterException', 'The maximum percent must be at least 100', 400, InvalidSpec],
    ['ValidationError', 'A port between 1 and 65535 must be specified', 400, InvalidSpec],
    ['TooManyTagsException', 'tags', 400, InvalidSpec],
    ['ServerException', 'Service Unavailable. Please try again later.', 500, CloudUnreachable],
    ['InternalFailure', 'The request processing has failed', 500, CloudUnreachable],
    ['TimeoutError', 'Connection timed out after 2000 ms', undefined, CloudUnreachable],
  ] as const)('%s, %s', (name, message, status, kind) => {
    const error = translate(sdkError(name, message, status), doing);
    expect(error).toBeInstanceOf(kind);
    expect(error.message).toContain(doing);
    expect(error.message).toContain(message);
    expect(error.cause).toBeInstanceOf(Error);
  });

  it.each(['ECONNREFUSED', 'ECONNRESET', 'ENOTFOUND', 'EAI_AGAIN', 'ETIMEDOUT', 'EPIPE'])(
    'a socket that ends with %s is a cloud that does not answer',
    (code) => expect(translate(socketError(code), doing)).toBeInstanceOf(CloudUnreachable),
  );

  it('honours what the answer says about waiting', () => {
    const error = Object.assign(sdkError('ThrottlingException', 'Rate exceeded', 429), {
      $response: { statusCode: 429, headers: { 'retry-after': '7' } },
    });
    expect(translate(error, doing)).toMatchObject({ name: 'Throttled', retryAfterMs: 7000 });
  });

  it('gives back what is nobody else’s trouble: a mistake of our own is not the cloud’s silence', () => {
    const mistake = new TypeError("Cannot read properties of undefined (reading 'x')");
    expect(translate(mistake, doing)).toBe(mistake);
  });

  it('knows a code with and without the ending', () => {
    expect(codeOf(sdkError('ClusterNotFoundException', '', 400))).toBe('ClusterNotFound');
    expect(codeOf(sdkError('LoadBalancerNotFound', '', 400))).toBe('LoadBalancerNotFound');
    expect(codeOf('text')).toBe('');
  });

  it('never throws and always says what was asked or gives the error back, whatever the vendor says', () => {
    const anything = fc.record({
      name: fc.string(),
      message: fc.string(),
      status: fc.option(fc.integer({ min: 100, max: 599 }), { nil: undefined }),
    });
    fc.assert(
      fc.property(anything, ({ name, message, status }) => {
        const error = sdkError(name, message, status);
        const found = translate(error, doing);
        expect(found === error || found.message.startsWith(doing)).toBe(true);
      }),
    );
  });
});
