import { displayName } from '../regions.ts';
import { systemData } from '../state.ts';
import { defaultDomain, type Environment } from './model.ts';

/** An environment as `GET` shows it, without the key of its log workspace. */
export function render(environment: Environment): Record<string, unknown> {
  const { appLogsConfiguration, ...properties } = environment.body.properties ?? {};
  const { sharedKey: _hidden, ...analytics } = appLogsConfiguration?.logAnalyticsConfiguration ?? {};
  return {
    id: environment.id,
    name: environment.name,
    type: environment.type,
    location: displayName(environment.region),
    ...(Object.keys(environment.tags).length > 0 ? { tags: environment.tags } : {}),
    ...(environment.body.kind === undefined ? {} : { kind: environment.body.kind }),
    systemData: systemData(environment),
    properties: {
      zoneRedundant: false,
      publicNetworkAccess: 'Enabled',
      ...properties,
      ...(appLogsConfiguration
        ? { appLogsConfiguration: { ...appLogsConfiguration, logAnalyticsConfiguration: analytics } }
        : {}),
      provisioningState: environment.provisioningState,
      defaultDomain: defaultDomain(environment),
      staticIp: '127.0.0.1',
    },
  };
}
