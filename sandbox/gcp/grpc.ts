import { grpc, serializer } from 'google-gax';
import type { protobuf } from 'google-gax';
import { call } from './api.ts';
import { rpcs, statusType } from './protos.ts';
import type { Rpc } from './protos.ts';
import { asRpcError, codes, RegionDown, toStatus } from './status.ts';
import type { RpcError } from './status.ts';
import { readMessage } from './wire-read.ts';
import { writeMessage } from './wire-write.ts';
import type { World } from './world.ts';

export interface GrpcFace {
  readonly port: number;
  close(): void;
}

export interface GrpcOptions {
  readonly port: number;
  /** Throws UNAUTHENTICATED when the call has no bearer token and the face wants one. */
  readonly authorize: (authorization: string | undefined) => void;
}

/** Enums stay names and 64-bit numbers text, so both transports meet in one canonical form. */
function encode(type: protobuf.Type, message: object): Buffer {
  const json = writeMessage(type, message, { enumsAsInts: false }) as serializer.JSONValue;
  const built = serializer.fromProto3JSON(type, json);
  return Buffer.from(type.encode(built ?? type.create()).finish());
}

const decode = (type: protobuf.Type, bytes: Buffer): object =>
  readMessage(type, serializer.toProto3JSON(type.decode(bytes) as never) ?? {});

/** Details travel in the trailer `grpc-status-details-bin`, as google.rpc.Status. */
function failure(error: RpcError): Partial<grpc.StatusObject> {
  const metadata = new grpc.Metadata();
  if (error.details.length > 0) {
    const status = serializer.fromProto3JSON(statusType, toStatus(error) as unknown as serializer.JSONValue);
    if (status) metadata.set('grpc-status-details-bin', Buffer.from(statusType.encode(status).finish()));
  }
  return { code: codes[error.code].number, details: error.message, metadata };
}

/**
 * A region that is down: on HTTP/2 one connection carries the calls of all regions, so the connection cannot be cut for one of them.
 * The call ends as the client library itself reports a lost connection.
 */
const dropped: Partial<grpc.StatusObject> = {
  code: codes.UNAVAILABLE.number,
  details: 'No connection established. Last error: connect ECONNREFUSED',
  metadata: new grpc.Metadata(),
};

function definition(rpc: Rpc): grpc.MethodDefinition<object, object> {
  return {
    path: `/${rpc.id}`,
    requestStream: false,
    responseStream: false,
    requestSerialize: (message) => encode(rpc.request, message),
    requestDeserialize: (bytes) => ({ bytes }),
    responseSerialize: (message) => encode(rpc.response, message),
    responseDeserialize: (bytes) => decode(rpc.response, bytes),
  };
}

type Unary = grpc.handleUnaryCall<{ bytes: Buffer }, object>;

function handler(world: World, rpc: Rpc, authorize: GrpcOptions['authorize']): Unary {
  const run = async (bytes: Buffer, metadata: grpc.Metadata): Promise<object> => {
    authorize(metadata.get('authorization')[0]?.toString());
    return call(world, rpc, decode(rpc.request, bytes));
  };
  return (request, answer) => {
    run(request.request.bytes, request.metadata).then(
      (message) => answer(null, message),
      (error: unknown) => answer(error instanceof RegionDown ? dropped : failure(asRpcError(error))),
    );
  };
}

/** The gRPC face, in plain text on loopback, built from the published protos. */
export async function startGrpc(world: World, options: GrpcOptions): Promise<GrpcFace> {
  const server = new grpc.Server({ 'grpc.max_receive_message_length': 4 * 1024 * 1024 });
  const services = Map.groupBy(rpcs, (rpc) => rpc.id.split('/')[0] ?? '');
  for (const methods of services.values()) {
    const definitions = Object.fromEntries(methods.map((rpc) => [rpc.method, definition(rpc)]));
    const handlers = Object.fromEntries(methods.map((rpc) => [rpc.method, handler(world, rpc, options.authorize)]));
    server.addService(definitions, handlers as grpc.UntypedServiceImplementation);
  }
  const port = await new Promise<number>((resolve, reject) => {
    const credentials = grpc.ServerCredentials.createInsecure();
    server.bindAsync(`127.0.0.1:${options.port}`, credentials, (error, bound) =>
      error ? reject(error) : resolve(bound),
    );
  });
  return { port, close: () => server.forceShutdown() };
}
