import { lookup } from '../lookup.ts';

/** The v1 (Knative) messages as far as Cloud Run's own v1 API has them, in its JSON names. */
export interface ObjectMeta {
  readonly name?: string;
  readonly namespace?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly resourceVersion?: string;
}

export interface V1Probe {
  readonly initialDelaySeconds?: number;
  readonly timeoutSeconds?: number;
  readonly periodSeconds?: number;
  readonly failureThreshold?: number;
  readonly successThreshold?: number;
  readonly httpGet?: { readonly path?: string; readonly port?: number };
  readonly tcpSocket?: { readonly port?: number };
  readonly grpc?: { readonly port?: number; readonly service?: string };
}

export interface V1EnvVar {
  readonly name?: string;
  readonly value?: string;
  readonly valueFrom?: { readonly secretKeyRef?: { readonly name?: string; readonly key?: string } };
}

export interface V1Container {
  readonly name?: string;
  readonly image?: string;
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly env?: readonly V1EnvVar[];
  readonly resources?: { readonly limits?: Readonly<Record<string, string>> };
  readonly ports?: readonly { readonly name?: string; readonly containerPort?: number }[];
  readonly workingDir?: string;
  readonly livenessProbe?: V1Probe;
  readonly startupProbe?: V1Probe;
  readonly readinessProbe?: V1Probe;
}

export interface V1Traffic {
  readonly latestRevision?: boolean;
  readonly revisionName?: string;
  readonly percent?: number;
  readonly tag?: string;
}

export interface V1Template {
  readonly metadata?: ObjectMeta;
  readonly spec?: {
    readonly containerConcurrency?: number;
    readonly timeoutSeconds?: number;
    readonly serviceAccountName?: string;
    readonly containers?: readonly V1Container[];
  };
}

export interface V1Service {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly metadata?: ObjectMeta;
  readonly spec?: { readonly template?: V1Template; readonly traffic?: readonly V1Traffic[] };
}

/** A tree of the fields that may be there: `string`, `number`, `boolean`, a map of texts, a list of one shape, or an object. */
type Shape =
  'string' | 'number' | 'boolean' | 'map' | 'ignored' | readonly [Shape] | { readonly [field: string]: Shape };

const meta: Shape = {
  name: 'string',
  namespace: 'string',
  labels: 'map',
  annotations: 'map',
  resourceVersion: 'string',
  generation: 'number',
  uid: 'string',
  selfLink: 'string',
  creationTimestamp: 'string',
  deletionTimestamp: 'string',
  finalizers: 'ignored',
  ownerReferences: 'ignored',
  generateName: 'string',
  clusterName: 'string',
};

const probe: Shape = {
  initialDelaySeconds: 'number',
  timeoutSeconds: 'number',
  periodSeconds: 'number',
  failureThreshold: 'number',
  successThreshold: 'number',
  httpGet: {
    path: 'string',
    port: 'number',
    host: 'string',
    scheme: 'string',
    httpHeaders: [{ name: 'string', value: 'string' }],
  },
  tcpSocket: { port: 'number', host: 'string' },
  grpc: { port: 'number', service: 'string' },
};

const container: Shape = {
  name: 'string',
  image: 'string',
  command: ['string'],
  args: ['string'],
  env: [
    {
      name: 'string',
      value: 'string',
      valueFrom: { secretKeyRef: { name: 'string', key: 'string', optional: 'boolean' } },
    },
  ],
  resources: { limits: 'map', requests: 'map' },
  ports: [{ name: 'string', containerPort: 'number', protocol: 'string' }],
  workingDir: 'string',
  imagePullPolicy: 'string',
  terminationMessagePath: 'string',
  terminationMessagePolicy: 'string',
  livenessProbe: probe,
  startupProbe: probe,
  readinessProbe: probe,
};

const revisionSpec: Shape = {
  containerConcurrency: 'number',
  timeoutSeconds: 'number',
  serviceAccountName: 'string',
  containers: [container],
  enableServiceLinks: 'boolean',
  imagePullSecrets: 'ignored',
  nodeSelector: 'map',
  runtimeClassName: 'string',
};

/** A Service as it may be sent; `status` is the server's and is not looked at. */
export const serviceShape: Shape = {
  apiVersion: 'string',
  kind: 'string',
  metadata: meta,
  spec: {
    template: { metadata: meta, spec: revisionSpec },
    traffic: [
      {
        latestRevision: 'boolean',
        revisionName: 'string',
        percent: 'number',
        tag: 'string',
        url: 'string',
        configurationName: 'string',
      },
    ],
  },
  status: 'ignored',
};

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function misfits(shape: Shape, value: unknown, path: string): string[] {
  if (shape === 'ignored' || value === null || value === undefined) return [];
  if (typeof shape === 'string' && shape !== 'map') {
    return typeof value === shape
      ? []
      : [`Invalid value at '${path}' (TYPE_${shape.toUpperCase()}), ${JSON.stringify(value)}`];
  }
  if (Array.isArray(shape)) {
    if (!Array.isArray(value)) return [`Invalid value at '${path}', ${JSON.stringify(value)}`];
    return value.flatMap((item, index) => misfits(shape[0] as Shape, item, `${path}[${index}]`));
  }
  if (!isObject(value)) return [`Invalid value at '${path}', ${JSON.stringify(value)}`];
  return Object.entries(value).flatMap(([name, item]) => {
    const field = shape === 'map' ? 'string' : lookup(shape as Readonly<Record<string, Shape>>, name);
    if (field === undefined)
      return [`Invalid JSON payload received. Unknown name "${name}" at '${path}': Cannot find field.`];
    return misfits(field, item, `${path}.${name}`);
  });
}

/** Every field of a v1 Service that is unknown or of the wrong type, in the words of Google's parser. */
export const serviceMisfits = (value: unknown): string[] => misfits(serviceShape, value, 'service');
