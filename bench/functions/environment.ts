import { standbyFunctions } from '../../infra/functions.ts';

const queue = 'http://127.0.0.1:9/000000000000';

/** Everything that a function of the hub is deployed with; nothing of it is called when a function starts. */
const everything: Readonly<Record<string, string>> = {
  HOMEOSTASIS_TABLE: 'homeostasis',
  HOMEOSTASIS_BUS: 'homeostasis',
  HOMEOSTASIS_DOCUMENTS: 'homeostasis-documents',
  HOMEOSTASIS_QUEUE_URL: `${queue}/own`,
  HOMEOSTASIS_DEAD_LETTER_QUEUE_URL: `${queue}/own-dead`,
  HOMEOSTASIS_DELAY_QUEUE_URL: `${queue}/delay`,
  HOMEOSTASIS_DELAY_QUEUE_ARN: 'arn:aws:sqs:eu-west-1:000000000000:delay',
  HOMEOSTASIS_SCHEDULER_ROLE_ARN: 'arn:aws:iam::000000000000:role/scheduler',
  HOMEOSTASIS_SCHEDULE_GROUP: 'homeostasis',
  HOMEOSTASIS_QUEUES: '{}',
  HOMEOSTASIS_HOSTED_ZONE_ID: 'Z0000000000000',
  HOMEOSTASIS_HOSTED_ZONE_NAME: 'apps.example.com',
  HOMEOSTASIS_RELAY: JSON.stringify({
    azure: {
      url: 'https://azure.example/api/events',
      audience: 'api://homeostasis',
      tenant: 'tenant',
      client: 'client',
    },
    gcp: {
      url: 'https://gcp.example',
      audience: 'https://gcp.example',
      provider: '//iam.googleapis.com/projects/0/locations/global/workloadIdentityPools/hub/providers/hub',
      serviceAccount: 'relay@example.iam.gserviceaccount.com',
    },
  }),
  HOMEOSTASIS_AWS_SETTINGS: JSON.stringify({ cluster: 'homeostasis' }),
};

/** Of those alone that keep two hubs one: with it the others would look after a lease, which a hub without a standby does not have. */
const standby: Readonly<Record<string, string>> = {
  HOMEOSTASIS_HUB: 'eu-west-1',
  HOMEOSTASIS_LEASE_TABLE: 'homeostasis-lease',
  HOMEOSTASIS_OTHER_REGION: 'eu-central-1',
  HOMEOSTASIS_OTHER_TABLE: 'homeostasis-standby',
  HOMEOSTASIS_WITNESS: JSON.stringify({ cloud: 'gcp', bucket: 'homeostasis-witness' }),
  HOMEOSTASIS_PREFERRED: 'true',
};

export const environmentOf = (name: string): Readonly<Record<string, string>> => ({
  ...everything,
  ...(standbyFunctions.some((each) => each.name === name) ? standby : {}),
  POWERTOOLS_SERVICE_NAME: name,
});
