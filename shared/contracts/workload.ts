import { Type, type Static } from 'typebox';
import { Name } from './values.ts';

const closed = { additionalProperties: false } as const;

/** HTTP and GRPC can be balanced at the request; TCP and UDP only at the connection. */
export const PortProtocol = Type.Union([Type.Literal('HTTP'), Type.Literal('GRPC'), Type.Literal('TCP')]);
export type PortProtocol = Static<typeof PortProtocol>;

export const Port = Type.Object(
  { name: Name, port: Type.Integer({ minimum: 1, maximum: 65535 }), protocol: PortProtocol },
  closed,
);

/** A secret travels as a reference; the cloud that runs the workload resolves it. */
export const SecretRef = Type.Object(
  {
    /** Environment variable the container sees. */
    env: Type.String({ pattern: '^[A-Za-z_][A-Za-z0-9_]*$', maxLength: 255 }),
    /** Name of the secret in the cloud's own store (Secrets Manager, Key Vault, Secret Manager). */
    secret: Type.String({ pattern: '^[A-Za-z0-9/_+=.@-]+$', minLength: 1, maxLength: 255 }),
    /** Key inside a JSON secret, where the store supports it. */
    key: Type.Optional(Type.String({ minLength: 1, maxLength: 255 })),
  },
  closed,
);

export const Volume = Type.Object(
  {
    name: Name,
    mountPath: Type.String({ pattern: '^/', maxLength: 255 }),
    /** GiB; absent is the runtime's default ephemeral storage. */
    sizeGib: Type.Optional(Type.Integer({ minimum: 1, maximum: 65536 })),
    readOnly: Type.Optional(Type.Boolean()),
  },
  closed,
);

export const HealthCheck = Type.Object(
  {
    path: Type.String({ pattern: '^/', maxLength: 255 }),
    port: Type.Integer({ minimum: 1, maximum: 65535 }),
    intervalSeconds: Type.Integer({ minimum: 1, maximum: 300 }),
    timeoutSeconds: Type.Integer({ minimum: 1, maximum: 60 }),
    failureThreshold: Type.Integer({ minimum: 1, maximum: 10 }),
    initialDelaySeconds: Type.Integer({ minimum: 0, maximum: 3600 }),
  },
  closed,
);

/** Typed per-cloud wishes; they never decide where a service goes. */
export const CloudHints = Type.Object(
  {
    aws: Type.Optional(
      Type.Object({ taskRoleArn: Type.Optional(Type.String()), platformVersion: Type.Optional(Type.String()) }, closed),
    ),
    azure: Type.Optional(
      Type.Object({ workloadProfile: Type.Optional(Type.String()), identity: Type.Optional(Type.String()) }, closed),
    ),
    gcp: Type.Optional(
      Type.Object(
        {
          serviceAccount: Type.Optional(Type.String()),
          executionEnvironment: Type.Optional(Type.Union([Type.Literal('gen1'), Type.Literal('gen2')])),
        },
        closed,
      ),
    ),
  },
  closed,
);

/**
 * What runs on one target, resolved and cloud-neutral: the spec's quantities in fixed units, every default written out.
 * A deployer translates this and nothing else.
 */
export const Workload = Type.Object(
  {
    image: Type.String({ minLength: 1, maxLength: 512 }),
    command: Type.Optional(Type.Array(Type.String())),
    args: Type.Optional(Type.Array(Type.String())),
    replicas: Type.Integer({ minimum: 0, maximum: 1000 }),
    /** Thousandths of a vCPU, as the placement fitted it to the runtime's allowed sizes. */
    cpuMillicores: Type.Integer({ minimum: 1 }),
    /** MiB, fitted likewise. */
    memoryMib: Type.Integer({ minimum: 1 }),
    env: Type.Record(Type.String({ pattern: '^[A-Za-z_][A-Za-z0-9_]*$' }), Type.String()),
    secrets: Type.Array(SecretRef),
    ports: Type.Array(Port),
    volumes: Type.Array(Volume),
    healthCheck: Type.Optional(HealthCheck),
    requestDriven: Type.Boolean(),
    spot: Type.Boolean(),
    hints: CloudHints,
  },
  closed,
);
export type Workload = Static<typeof Workload>;
