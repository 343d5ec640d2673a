import type { AwsError } from './errors.ts';
import { toJson, type WireResponse } from './json.ts';

/**
 * The JSON 1.0 protocol of a service that spoke Query before (CloudWatch): errors carry their modelled name in the body and the code
 * they had in Query in a header, which clients prefer. Source: Smithy, AWS Query compatible trait.
 */
const modelled: Readonly<Record<string, string>> = {
  InvalidParameterValue: 'InvalidParameterValueException',
  InvalidParameterCombination: 'InvalidParameterCombinationException',
  MissingParameter: 'MissingRequiredParameterException',
  InternalServiceError: 'InternalServiceFault',
  ValidationError: 'ValidationException',
};

const type = { 'content-type': 'application/x-amz-json-1.0' };

export const compatibleSuccess = (id: string, output: object): WireResponse => ({
  status: 200,
  headers: { 'x-amzn-requestid': id, ...type },
  body: toJson(output),
});

export function compatibleFailure(id: string, { code, message, status }: AwsError): WireResponse {
  const query = `${code};${status >= 500 ? 'Receiver' : 'Sender'}`;
  const name = modelled[code] ?? code;
  return {
    status,
    headers: { 'x-amzn-requestid': id, 'x-amzn-query-error': query, ...type },
    body: toJson({ __type: `com.amazonaws.cloudwatch#${name}`, message }),
  };
}
