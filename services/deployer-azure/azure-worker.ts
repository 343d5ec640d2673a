import { registerHooks } from 'node:module';

/** What `@azure/functions` registers with its worker, as far as HTTP functions go. */
export interface Registered {
  readonly metadata: {
    readonly name: string;
    readonly bindings: Record<string, { readonly type: string; readonly route?: string; readonly methods?: string[] }>;
  };
  readonly callback: (...inputs: unknown[]) => unknown;
}

export interface InvocationModel {
  getArguments(): Promise<{ readonly context: unknown; readonly inputs: unknown[] }>;
  invokeFunction(context: unknown, inputs: unknown[], callback: Registered['callback']): Promise<unknown>;
  getResponse(context: unknown, result: unknown): Promise<{ readonly returnValue: { readonly http: RpcHttp } }>;
}

/** HTTP as the host and its workers speak of it: `RpcHttp` in the worker's protocol. */
export interface RpcHttp {
  readonly statusCode: string;
  readonly headers: Record<string, string>;
  readonly body?: { readonly bytes?: Uint8Array; readonly string?: string };
}

export interface Worker {
  readonly functions: Registered[];
  model?: { getInvocationModel(context: unknown): InvocationModel };
}

/**
 * Stands in for the language worker: from here on, `@azure/functions-core`, the virtual module that the worker gives to the library,
 * can be had. Source: github.com/Azure/azure-functions-nodejs-worker, types-core.
 */
export function provideWorker(log: (level: string, message: string) => void): Worker {
  const worker: Worker = { functions: [] };
  const disposable = { dispose: () => undefined };
  Object.assign(globalThis, {
    azureFunctionsCore: {
      version: '4.0.0',
      hostVersion: '4.1040.0',
      registerFunction(metadata: Registered['metadata'], callback: Registered['callback']) {
        worker.functions.push({ metadata, callback });
        return disposable;
      },
      registerHook: () => disposable,
      setProgrammingModel: (model: NonNullable<Worker['model']>) => void (worker.model = model),
      getProgrammingModel: () => worker.model,
      log,
    },
  });
  registerHooks({
    resolve: (specifier, context, next) =>
      specifier === '@azure/functions-core'
        ? { url: 'virtual:functions-core', format: 'commonjs', shortCircuit: true }
        : next(specifier, context),
    load: (url, context, next) =>
      url === 'virtual:functions-core'
        ? { format: 'commonjs', source: 'module.exports = globalThis.azureFunctionsCore', shortCircuit: true }
        : next(url, context),
  });
  return worker;
}
