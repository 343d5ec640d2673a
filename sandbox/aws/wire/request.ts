import { randomUUID } from 'node:crypto';
import { AwsError } from './errors.ts';
import { isInput, type Input } from './input.ts';
import { parseQuery } from './query.ts';

/** The service as the SigV4 credential scope names it. */
export type AwsService = 'ecs' | 'elasticloadbalancing' | 'monitoring' | 'sts';
export type Protocol = 'json' | 'query';

export interface AwsRequest {
  readonly id: string;
  readonly service: AwsService;
  readonly region: string;
  readonly protocol: Protocol;
  readonly operation: string;
  readonly input: Input;
}

const services: readonly string[] = ['ecs', 'elasticloadbalancing', 'monitoring', 'sts'];
const isService = (name: string): name is AwsService => services.includes(name);

/**
 * Where the request wants to go, from `Credential=<key>/<date>/<region>/<service>/aws4_request`. One port serves every region and
 * service because the signature names both; the signature itself is not checked, the sandbox knows no secrets.
 */
export function scopeOf(authorization: string | undefined): { region: string; service: AwsService } {
  const [, , region, service] = /Credential=([^,\s]+)/.exec(authorization ?? '')?.[1]?.split('/') ?? [];
  if (region === undefined || service === undefined) {
    throw new AwsError('MissingAuthenticationTokenException', 'Missing Authentication Token', 403);
  }
  if (!/^[a-z]{2}(-[a-z]+)+-\d$/.test(region)) {
    throw new AwsError('UnrecognizedClientException', `'${region}' is not a valid region in the credential scope`, 403);
  }
  if (!isService(service)) {
    throw new AwsError(
      'UnknownOperationException',
      `The sandbox does not speak '${service}'; it has ${services.join(', ')}`,
      404,
    );
  }
  return { region, service };
}

function jsonBody(body: string): Input {
  if (body === '') return {};
  try {
    const value: unknown = JSON.parse(body);
    if (isInput(value)) return value;
  } catch (error) {
    throw new AwsError('SerializationException', `The body is not JSON: ${(error as Error).message}`);
  }
  throw new AwsError('SerializationException', 'The body must be a JSON structure.');
}

export interface RawRequest {
  readonly authorization: string | undefined;
  readonly target: string | undefined;
  readonly body: string;
}

/** @throws AwsError when the request is unsigned, unreadable or names no operation. */
export function readRequest({ authorization, target, body }: RawRequest): AwsRequest {
  const scope = { id: randomUUID(), ...scopeOf(authorization) };
  if (target !== undefined) {
    const operation = target.slice(target.lastIndexOf('.') + 1);
    return { ...scope, protocol: 'json', operation, input: jsonBody(body) };
  }
  const { Action, Version: _, ...input } = parseQuery(body);
  if (typeof Action !== 'string') throw new AwsError('MissingAction', 'The request must contain the parameter Action');
  return { ...scope, protocol: 'query', operation: Action, input };
}
