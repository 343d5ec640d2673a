import type { AwsError } from './errors.ts';
import { toJson, type WireResponse } from './json.ts';
import { compatibleFailure, compatibleSuccess } from './query-compatible.ts';
import { toXml } from './query.ts';
import type { AwsRequest, AwsService } from './request.ts';

const namespaces: Readonly<Record<AwsService, string>> = {
  ecs: '',
  elasticloadbalancing: 'http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/',
  monitoring: 'http://monitoring.amazonaws.com/doc/2010-08-01/',
  sts: 'https://sts.amazonaws.com/doc/2011-06-15/',
};

const isCompatible = ({ service, protocol }: Pick<AwsRequest, 'service' | 'protocol'>) =>
  service === 'monitoring' && protocol === 'json';

export function success(request: AwsRequest, output: object): WireResponse {
  const id = { 'x-amzn-requestid': request.id };
  if (isCompatible(request)) return compatibleSuccess(request.id, output);
  if (request.protocol === 'json') {
    return {
      status: 200,
      headers: { ...id, 'content-type': 'application/x-amz-json-1.1' },
      body: toJson(output),
    };
  }
  const { operation } = request;
  const body = `<${operation}Response xmlns="${namespaces[request.service]}"><${operation}Result>${toXml(output)}</${operation}Result><ResponseMetadata><RequestId>${request.id}</RequestId></ResponseMetadata></${operation}Response>`;
  return { status: 200, headers: { ...id, 'content-type': 'text/xml' }, body };
}

/** A request that could not be read is answered as JSON: its protocol is not known. */
export function failure(request: AwsRequest | undefined, error: AwsError): WireResponse {
  if (request !== undefined && isCompatible(request)) return compatibleFailure(request.id, error);
  const id = request?.id ?? 'unread';
  const { code, message, status } = error;
  if (request?.protocol === 'query') {
    const detail = toXml({ Type: status >= 500 ? 'Receiver' : 'Sender', Code: code, Message: message });
    const body = `<ErrorResponse><Error>${detail}</Error><RequestId>${id}</RequestId></ErrorResponse>`;
    return { status, headers: { 'x-amzn-requestid': id, 'content-type': 'text/xml' }, body };
  }
  const headers = { 'x-amzn-requestid': id, 'x-amzn-errortype': code, 'content-type': 'application/x-amz-json-1.1' };
  return { status, headers, body: JSON.stringify({ __type: code, message }) };
}
