import { decimal, flag, free, integer, list, map, object, oneOf, readOnly, text, type Shape } from '../shape.ts';

/** Request bodies of Microsoft.App/containerApps, api-version 2025-07-01. Object names are the service's own view names. */

const identity = object('ManagedServiceIdentity', {
  type: oneOf('None', 'SystemAssigned', 'UserAssigned', 'SystemAssigned,UserAssigned'),
  userAssignedIdentities: map(free),
  principalId: readOnly,
  tenantId: readOnly,
});

const environmentVariable = object('ContainerAppEnvironmentVariable', { name: text, value: text, secretRef: text });
const resources = object('ContainerAppContainerResources', {
  cpu: decimal,
  memory: text,
  ephemeralStorage: readOnly,
});
const volumeMount = object('ContainerAppVolumeMount', { volumeName: text, mountPath: text, subPath: text });

const probe = object('ContainerAppProbe', {
  type: oneOf('Liveness', 'Readiness', 'Startup'),
  failureThreshold: integer,
  httpGet: object('ContainerAppProbeHttpGet', {
    host: text,
    httpHeaders: list(object('ContainerAppProbeHeader', { name: text, value: text }, ['name', 'value'])),
    path: text,
    port: integer,
    scheme: oneOf('HTTP', 'HTTPS'),
  }),
  tcpSocket: object('ContainerAppProbeTcpSocket', { host: text, port: integer }),
  initialDelaySeconds: integer,
  periodSeconds: integer,
  successThreshold: integer,
  terminationGracePeriodSeconds: integer,
  timeoutSeconds: integer,
});

const baseContainer = {
  image: text,
  name: text,
  command: list(text),
  args: list(text),
  env: list(environmentVariable),
  resources,
  volumeMounts: list(volumeMount),
};

const scaleAuth = list(object('ContainerAppScaleRuleAuth', { secretRef: text, triggerParameter: text }));
const ruleBase = { metadata: map(text), auth: scaleAuth, identity: text };
const scaleRule = object('ContainerAppScaleRule', {
  name: text,
  azureQueue: object('ContainerAppQueueScaleRule', {
    accountName: text,
    queueName: text,
    queueLength: integer,
    auth: scaleAuth,
    identity: text,
  }),
  custom: object('ContainerAppCustomScaleRule', { type: text, ...ruleBase }),
  http: object('ContainerAppHttpScaleRule', ruleBase),
  tcp: object('ContainerAppTcpScaleRule', ruleBase),
});

const template = object('ContainerAppTemplate', {
  revisionSuffix: text,
  terminationGracePeriodSeconds: integer,
  initContainers: list(object('ContainerAppInitContainer', baseContainer)),
  containers: list(object('ContainerAppContainer', { ...baseContainer, probes: list(probe) })),
  scale: object('ContainerAppScale', {
    minReplicas: integer,
    maxReplicas: integer,
    cooldownPeriod: integer,
    pollingInterval: integer,
    rules: list(scaleRule),
  }),
  volumes: list(
    object('ContainerAppVolume', {
      name: text,
      storageType: oneOf('AzureFile', 'EmptyDir', 'Secret', 'NfsAzureFile'),
      storageName: text,
      secrets: list(object('ContainerAppSecretVolumeItem', { secretRef: text, path: text })),
      mountOptions: text,
    }),
  ),
  serviceBinds: list(object('ContainerAppServiceBind', { serviceId: text, name: text })),
});

const ingress = object('ContainerAppIngress', {
  fqdn: readOnly,
  external: flag,
  targetPort: integer,
  exposedPort: integer,
  transport: oneOf('auto', 'http', 'http2', 'tcp'),
  traffic: list(
    object('ContainerAppTrafficWeight', { revisionName: text, weight: integer, latestRevision: flag, label: text }),
  ),
  customDomains: list(
    object('ContainerAppCustomDomain', { name: text, bindingType: text, certificateId: text }, ['name']),
  ),
  allowInsecure: flag,
  ipSecurityRestrictions: list(
    object(
      'ContainerAppIpSecurityRestriction',
      { name: text, description: text, ipAddressRange: text, action: oneOf('Allow', 'Deny') },
      ['name', 'ipAddressRange', 'action'],
    ),
  ),
  stickySessions: object('ContainerAppStickySessions', { affinity: oneOf('sticky', 'none') }),
  clientCertificateMode: oneOf('ignore', 'accept', 'require'),
  corsPolicy: object(
    'ContainerAppCorsPolicy',
    {
      allowedOrigins: list(text),
      allowedMethods: list(text),
      allowedHeaders: list(text),
      exposeHeaders: list(text),
      maxAge: integer,
      allowCredentials: flag,
    },
    ['allowedOrigins'],
  ),
  additionalPortMappings: list(
    object('ContainerAppPortMapping', { external: flag, targetPort: integer, exposedPort: integer }, [
      'external',
      'targetPort',
    ]),
  ),
});

const dapr = object('ContainerAppDapr', {
  enabled: flag,
  appId: text,
  appProtocol: oneOf('http', 'grpc'),
  appPort: integer,
  httpReadBufferSize: integer,
  httpMaxRequestSize: integer,
  logLevel: oneOf('info', 'debug', 'warn', 'error'),
  enableApiLogging: flag,
  appHealth: object('ContainerAppDaprHealth', {
    enabled: flag,
    path: text,
    probeIntervalSeconds: integer,
    probeTimeoutMilliseconds: integer,
    threshold: integer,
  }),
  maxConcurrency: integer,
});

const configuration = object('ContainerAppConfiguration', {
  secrets: list(object('ContainerAppSecretView', { name: text, value: text, identity: text, keyVaultUrl: text })),
  activeRevisionsMode: oneOf('Single', 'Multiple', 'Labels'),
  ingress,
  registries: list(
    object('ContainerAppRegistry', { server: text, username: text, passwordSecretRef: text, identity: text }),
  ),
  dapr,
  runtime: object('ContainerAppRuntime', { java: object('ContainerAppRuntimeJava', { enableMetrics: flag }) }),
  maxInactiveRevisions: integer,
  service: object('ContainerAppService', { type: text }, ['type']),
  identitySettings: list(object('ContainerAppIdentitySettings', { identity: text, lifecycle: text }, ['identity'])),
});

export const containerAppShape: Shape = object('ContainerApp', {
  id: readOnly,
  name: readOnly,
  type: readOnly,
  systemData: readOnly,
  tags: map(text),
  location: text,
  extendedLocation: object('ExtendedLocation', { name: text, type: oneOf('CustomLocation') }),
  identity,
  managedBy: text,
  kind: oneOf('workflowapp', 'functionapp'),
  properties: object('ContainerAppProperties', {
    provisioningState: readOnly,
    runningStatus: readOnly,
    managedEnvironmentId: text,
    environmentId: text,
    workloadProfileName: text,
    latestRevisionName: readOnly,
    latestReadyRevisionName: readOnly,
    latestRevisionFqdn: readOnly,
    customDomainVerificationId: readOnly,
    configuration,
    template,
    outboundIpAddresses: readOnly,
    eventStreamEndpoint: readOnly,
  }),
});
