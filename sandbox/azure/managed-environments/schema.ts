import { flag, free, integer, list, map, object, oneOf, readOnly, text, type Shape } from '../shape.ts';

/** Request body of Microsoft.App/managedEnvironments, api-version 2025-07-01. */
export const environmentShape: Shape = object('ManagedEnvironment', {
  id: readOnly,
  name: readOnly,
  type: readOnly,
  systemData: readOnly,
  tags: map(text),
  location: text,
  kind: text,
  identity: object('ManagedServiceIdentity', {
    type: oneOf('None', 'SystemAssigned', 'UserAssigned', 'SystemAssigned,UserAssigned'),
    userAssignedIdentities: map(free),
    principalId: readOnly,
    tenantId: readOnly,
  }),
  properties: object('ManagedEnvironmentProperties', {
    provisioningState: readOnly,
    deploymentErrors: readOnly,
    defaultDomain: readOnly,
    staticIp: readOnly,
    eventStreamEndpoint: readOnly,
    privateEndpointConnections: readOnly,
    daprAIInstrumentationKey: text,
    daprAIConnectionString: text,
    infrastructureResourceGroup: text,
    zoneRedundant: flag,
    publicNetworkAccess: oneOf('Enabled', 'Disabled'),
    vnetConfiguration: object('VnetConfiguration', {
      internal: flag,
      infrastructureSubnetId: text,
      dockerBridgeCidr: text,
      platformReservedCidr: text,
      platformReservedDnsIP: text,
    }),
    appLogsConfiguration: object('AppLogsConfiguration', {
      destination: text,
      logAnalyticsConfiguration: object('LogAnalyticsConfiguration', { customerId: text, sharedKey: text }),
    }),
    customDomainConfiguration: free,
    workloadProfiles: list(
      object(
        'WorkloadProfile',
        { name: text, workloadProfileType: text, minimumCount: integer, maximumCount: integer },
        ['name', 'workloadProfileType'],
      ),
    ),
    kedaConfiguration: object('KedaConfiguration', { version: readOnly }),
    daprConfiguration: object('DaprConfiguration', { version: readOnly }),
    peerAuthentication: object('PeerAuthentication', { mtls: object('Mtls', { enabled: flag }) }),
    peerTrafficConfiguration: object('PeerTrafficConfiguration', {
      encryption: object('PeerTrafficEncryption', { enabled: flag }),
    }),
    ingressConfiguration: object('IngressConfiguration', {
      workloadProfileName: text,
      terminationGracePeriodSeconds: integer,
      headerCountLimit: integer,
      requestIdleTimeout: integer,
    }),
  }),
});
