import type { Reply } from './http.ts';

/** The error object of Azure Resource Manager: `{error:{code,message,…}}`. */
export interface ErrorBody {
  readonly code: string;
  readonly message: string;
  readonly target?: string;
  readonly details?: readonly { readonly code: string; readonly message: string; readonly target?: string }[];
}

/** Thrown by a handler, written by the server: the provider's own refusal. */
export class ArmError extends Error {
  readonly status: number;
  readonly body: ErrorBody;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, body: ErrorBody, headers: Readonly<Record<string, string>> = {}) {
    super(`${body.code}: ${body.message}`);
    this.name = 'ArmError';
    this.status = status;
    this.body = body;
    this.headers = headers;
  }

  reply(): Reply {
    return { status: this.status, headers: this.headers, body: { error: this.body } };
  }
}

/**
 * Microsoft.App refuses a body it cannot bind with ASP.NET's problem document, not with ARM's error object
 * (microsoft/azure-container-apps issue 954): clients find no `error.code` there.
 */
export class BindingProblem extends Error {
  readonly errors: Readonly<Record<string, readonly string[]>>;

  constructor(errors: Readonly<Record<string, readonly string[]>>) {
    super(Object.values(errors).flat().join('; '));
    this.name = 'BindingProblem';
    this.errors = errors;
  }

  reply(traceId: string): Reply {
    return {
      status: 400,
      headers: { 'content-type': 'application/problem+json; charset=utf-8' },
      body: {
        type: 'https://tools.ietf.org/html/rfc7231#section-6.5.1',
        title: 'One or more validation errors occurred.',
        status: 400,
        traceId,
        errors: this.errors,
      },
    };
  }
}

export const badRequest = (code: string, message: string, target?: string): ArmError =>
  new ArmError(400, target === undefined ? { code, message } : { code, message, target });

export const notFound = (code: string, message: string): ArmError => new ArmError(404, { code, message });

export const conflict = (code: string, message: string): ArmError => new ArmError(409, { code, message });

/** The one 404 every SDK user knows. `type` is `Microsoft.App/containerApps`. */
export const resourceNotFound = (type: string, name: string, group: string): ArmError =>
  notFound(
    'ResourceNotFound',
    `The Resource '${type}/${name}' under resource group '${group}' was not found. ` +
      'For more details please go to https://aka.ms/ARMResourceNotFoundFix',
  );

export const groupNotFound = (group: string): ArmError =>
  notFound('ResourceGroupNotFound', `Resource group '${group}' could not be found.`);

export const invalidContent = (detail: string): ArmError =>
  badRequest('InvalidRequestContent', `The request content was invalid and could not be deserialized: '${detail}'.`);
