import { notFound } from './errors.ts';
import { param, type Call, type Reply, type Route } from './http.ts';
import { page } from './paging.ts';
import { displayName, regions } from './regions.ts';
import type { AzureState } from './state.ts';

const subscriptionVersions = [
  '2016-06-01',
  '2018-06-01',
  '2019-06-01',
  '2019-11-01',
  '2020-01-01',
  '2021-01-01',
  '2021-04-01',
  '2022-12-01',
];

/** Versions of `/resources`, `/resourcegroups` and `/providers`. */
export const resourcesVersions = [
  '2018-05-01',
  '2019-05-10',
  '2019-07-01',
  '2019-10-01',
  '2020-06-01',
  '2020-10-01',
  '2021-01-01',
  '2021-04-01',
  '2022-09-01',
  '2023-07-01',
  '2024-03-01',
  '2024-07-01',
  '2024-11-01',
  '2025-03-01',
  '2025-04-01',
];

/** A resource type a provider offers, as `GET /providers/{namespace}` lists it. */
export interface OfferedType {
  readonly resourceType: string;
  readonly apiVersions: readonly string[];
}

const global = () => 'global';

/** Subscriptions, tenants, locations and the read side of provider registration. */
export function subscriptionRoutes(
  state: AzureState,
  providers: Readonly<Record<string, readonly OfferedType[]>>,
): readonly Route[] {
  const subscriptions = { versions: subscriptionVersions, region: global } as const;
  const provider = { versions: resourcesVersions, region: global } as const;

  const readProvider = (call: Call): Reply => {
    const namespace = param(call, 'namespace');
    const known = Object.keys(providers).find((one) => one.toLowerCase() === namespace.toLowerCase());
    if (!known) throw notFound('InvalidResourceNamespace', `The resource namespace '${namespace}' is invalid.`);
    return { status: 200, body: providerBody(param(call, 'subscription'), known, providers[known] ?? []) };
  };

  return [
    {
      ...subscriptions,
      operation: 'Subscriptions_List',
      method: 'GET',
      pattern: '/subscriptions',
      handle: (call) =>
        page(
          call,
          state.subscriptions.map((id) => subscriptionBody(id, state.tenant)),
          state.pageSize,
        ),
    },
    {
      ...subscriptions,
      operation: 'Subscriptions_Get',
      method: 'GET',
      pattern: '/subscriptions/{subscription}',
      handle: (call) => ({ status: 200, body: subscriptionBody(param(call, 'subscription'), state.tenant) }),
    },
    {
      ...subscriptions,
      operation: 'Subscriptions_ListLocations',
      method: 'GET',
      pattern: '/subscriptions/{subscription}/locations',
      handle: (call) => ({
        status: 200,
        body: {
          value: Object.entries(regions).map(([name, title]) => ({
            id: `/subscriptions/${param(call, 'subscription')}/locations/${name}`,
            name,
            displayName: title,
            regionalDisplayName: title,
            metadata: { regionType: 'Physical' },
          })),
        },
      }),
    },
    {
      ...subscriptions,
      operation: 'Tenants_List',
      method: 'GET',
      pattern: '/tenants',
      handle: () => ({ status: 200, body: { value: [{ id: `/tenants/${state.tenant}`, tenantId: state.tenant }] } }),
    },
    {
      ...provider,
      operation: 'Providers_List',
      method: 'GET',
      pattern: '/subscriptions/{subscription}/providers',
      handle: (call) =>
        page(
          call,
          Object.entries(providers).map(([name, types]) => providerBody(param(call, 'subscription'), name, types)),
          state.pageSize,
        ),
    },
    {
      ...provider,
      operation: 'Providers_Get',
      method: 'GET',
      pattern: '/subscriptions/{subscription}/providers/{namespace}',
      handle: readProvider,
    },
    {
      ...provider,
      operation: 'Providers_Register',
      method: 'POST',
      pattern: '/subscriptions/{subscription}/providers/{namespace}/register',
      handle: readProvider,
    },
  ];
}

const subscriptionBody = (id: string, tenant: string) => ({
  id: `/subscriptions/${id}`,
  subscriptionId: id,
  tenantId: tenant,
  displayName: 'Homeostasis sandbox',
  state: 'Enabled',
  authorizationSource: 'RoleBased',
  subscriptionPolicies: {
    locationPlacementId: 'Public_2014-09-01',
    quotaId: 'PayAsYouGo_2014-09-01',
    spendingLimit: 'Off',
  },
});

const providerBody = (subscription: string, namespace: string, types: readonly OfferedType[]) => ({
  id: `/subscriptions/${subscription}/providers/${namespace}`,
  namespace,
  registrationPolicy: 'RegistrationRequired',
  registrationState: 'Registered',
  resourceTypes: types.map(({ resourceType, apiVersions }) => ({
    resourceType,
    locations: Object.keys(regions).map(displayName),
    apiVersions: [...apiVersions].reverse(),
    capabilities: 'SupportsTags, SupportsLocation',
  })),
});
