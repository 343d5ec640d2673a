import type { AwsError } from './errors.ts';
import { toXml } from './query.ts';
import type { AwsRequest, AwsService } from './request.ts';

export interface WireResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const namespaces: Readonly<Record<AwsService, string>> = {
  ecs: '',
  elasticloadbalancing: 'http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/',
  monitoring: 'http://monitoring.amazonaws.com/doc/2010-08-01/',
  sts: 'https://sts.amazonaws.com/doc/2011-06-15/',
};

// JSON 1.1 carries times as epoch seconds, and `JSON.stringify` turns a Date into text before a replacer could see it.
function prepare(value: unknown): unknown {
  if (value instanceof Date) return value.getTime() / 1_000;
  if (Array.isArray(value)) return value.map(prepare);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, prepare(item)]));
}

export function success(request: AwsRequest, output: object): WireResponse {
  const id = { 'x-amzn-requestid': request.id };
  if (request.protocol === 'json') {
    return {
      status: 200,
      headers: { ...id, 'content-type': 'application/x-amz-json-1.1' },
      body: JSON.stringify(prepare(output)),
    };
  }
  const { operation } = request;
  const body = `<${operation}Response xmlns="${namespaces[request.service]}"><${operation}Result>${toXml(output)}</${operation}Result><ResponseMetadata><RequestId>${request.id}</RequestId></ResponseMetadata></${operation}Response>`;
  return { status: 200, headers: { ...id, 'content-type': 'text/xml' }, body };
}

/** A request that could not be read is answered as JSON: its protocol is not known. */
export function failure(request: Pick<AwsRequest, 'id' | 'protocol'> | undefined, error: AwsError): WireResponse {
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
