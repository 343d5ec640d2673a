import { Type, type Static } from 'typebox';
import { CloudName } from './values.ts';

const closed = { additionalProperties: false } as const;

const text = (description: string) => Type.Optional(Type.String({ minLength: 1, maxLength: 2048, description }));
const url = (description: string) =>
  Type.String({ pattern: '^https://[^\\s/]+', maxLength: 2048, description: `an https URL: ${description}` });

/** What a caller may do. Reading a plan is reading; what another cloud's deployer found is said with `report` alone. */
export const rights = ['read', 'publish', 'operate', 'report'] as const;

const patterns = { minLength: 1, maxLength: 512, pattern: '^[^*\\s]+\\*?$' } as const;

const AccessRule = Type.Object(
  {
    subject: Type.Optional(
      Type.String({ ...patterns, description: 'The `sub` of the token: exact, or the beginning of it with * behind' }),
    ),
    repository: Type.Optional(
      Type.String({
        pattern: '^[A-Za-z0-9-]+/[A-Za-z0-9._-]+$',
        maxLength: 200,
        description: 'owner/name of a GitHub repository, in place of subject: both forms of its `sub` are known',
      }),
    ),
    repositoryId: Type.Optional(
      Type.String({
        pattern: '^[0-9]{1,20}$',
        description: 'Its number, in quotes: then another repository that gets the name one day is not let in',
      }),
    ),
    context: Type.Optional(
      Type.String({
        ...patterns,
        description:
          'Where in the repository: ref:refs/heads/main, environment:production; may end in *; default: everywhere',
      }),
    ),
    may: Type.Array(Type.Unsafe<(typeof rights)[number]>(Type.Union(rights.map((each) => Type.Literal(each)))), {
      minItems: 1,
      maxItems: rights.length,
      description:
        'read; publish (submit, scale, withdraw, other events); operate (exclude, replay, redrive, survey); report (a deployer in another cloud)',
    }),
    applications: Type.Optional(
      Type.Array(Type.String({ minLength: 1, maxLength: 41, pattern: '^[a-z0-9-]+\\*?$' }), {
        minItems: 1,
        maxItems: 100,
        description: 'Only these may be submitted, scaled, withdrawn; a name may end in *; default: all',
      }),
    ),
    cloud: Type.Optional(
      Type.Unsafe<Static<typeof CloudName>>({ ...CloudName, description: 'Of what cloud it may report; with report' }),
    ),
  },
  closed,
);

const IssuerAccess = Type.Object(
  {
    issuer: url('the `iss` of the tokens, as it stands there'),
    rules: Type.Array(AccessRule, { minItems: 1, maxItems: 200, description: 'The first that fits decides' }),
  },
  closed,
);
export type IssuerAccess = Static<typeof IssuerAccess>;
export type AccessRule = Static<typeof AccessRule>;

const Issuer = Type.Object(
  {
    name: Type.String({
      pattern: '^[a-z][a-z0-9-]{0,30}$',
      description: 'Calls with its tokens come under /<name>/v1/…, those of the first under /v1/… as well',
    }),
    url: url('as in the `iss` of its tokens'),
    audiences: Type.Array(Type.String({ minLength: 1, maxLength: 2048 }), {
      minItems: 1,
      maxItems: 10,
      description: 'Tokens for one of these are taken',
    }),
  },
  closed,
);

const name = (description: string, pattern: string) => Type.String({ pattern, maxLength: 253, description });

const Witness = Type.Object(
  {
    gcp: Type.Optional(
      Type.Object(
        {
          bucket: name(
            'Cloud Storage bucket of its own, as infra/gcp makes it',
            '^[a-z0-9][a-z0-9._-]{1,220}[a-z0-9]$',
          ),
          serviceAccount: text('Account that may write there; default: that of hub.remote.gcp'),
        },
        closed,
      ),
    ),
    azure: Type.Optional(
      Type.Object(
        {
          account: name('Storage account, as infra/azure makes it', '^[a-z0-9]{3,24}$'),
          container: name('Blob container of its own in it', '^[a-z0-9](?:-?[a-z0-9]){2,62}$'),
          client: text('Client id of the identity that may write there; default: that of hub.remote.azure'),
        },
        closed,
      ),
    ),
  },
  {
    ...closed,
    minProperties: 1,
    maxProperties: 1,
    description: "The lease's third register, in another cloud: gcp or azure, one that hub.remote names too",
  },
);

const Standby = Type.Object(
  {
    region: Type.String({ minLength: 1, description: 'AWS region of the second hub' }),
    witness: Witness,
    name: Type.Optional(
      name(
        'What people and deployers call, in hub.zone: it leads to the active hub. Without it, each hub has its own address only',
        '^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+$',
      ),
    ),
  },
  {
    ...closed,
    description:
      'A second hub in another region, which takes over when this one is lost: docs/adr/0013-hub-region-loss.md',
  },
);
export type StandbyConfig = Static<typeof Standby>;

export const HubConfig = Type.Object(
  {
    access: Type.Optional(
      Type.Array(IssuerAccess, { maxItems: 50, description: 'Who may do what, by the issuer of the token' }),
    ),
    name: text('Of the stack and of what is in it'),
    region: text('AWS region of the hub'),
    account: Type.Optional(Type.String({ pattern: '^[0-9]{12}$', description: 'the twelve digits of an AWS account' })),
    issuers: Type.Optional(
      Type.Array(Issuer, { maxItems: 20, description: 'Whose tokens API Gateway verifies before anything else runs' }),
    ),
    zone: Type.Optional(
      Type.Object(
        { id: Type.String({ minLength: 1 }), name: Type.String({ minLength: 1 }) },
        { ...closed, description: 'Route 53 zone that services get their names in' },
      ),
    ),
    remote: Type.Optional(
      Type.Object(
        {
          azure: Type.Optional(
            Type.Object(
              {
                url: url('of the function app'),
                audience: Type.String({ minLength: 1, description: 'That its tokens are for' }),
                tenant: Type.String({ minLength: 1, description: 'Tenant to sign in to' }),
                client: Type.String({ minLength: 1, description: 'Client id of the identity that trusts the relay' }),
              },
              closed,
            ),
          ),
          gcp: Type.Optional(
            Type.Object(
              {
                url: url('of the Cloud Run function'),
                audience: Type.String({ minLength: 1, description: 'That its tokens are for' }),
                provider: Type.String({
                  minLength: 1,
                  description:
                    '//iam.googleapis.com/projects/<number>/locations/global/workloadIdentityPools/…/providers/…',
                }),
                serviceAccount: Type.String({ minLength: 1, description: 'Account that may invoke it' }),
              },
              closed,
            ),
          ),
        },
        { ...closed, description: 'Deployers that live in their own clouds, as Terraform prints them' },
      ),
    ),
    bills: Type.Optional(
      Type.Object(
        {
          azure: Type.Optional(
            Type.Object({ client: Type.String({ minLength: 1, description: 'Client id of the identity' }) }, closed),
          ),
          gcp: Type.Optional(
            Type.Object({ serviceAccount: Type.String({ minLength: 1, description: 'The account' }) }, closed),
          ),
        },
        {
          ...closed,
          description:
            'What reads the bills of `cost.bills` in other clouds, as Terraform prints it; default: hub.remote',
        },
      ),
    ),
    alarmMail: text('Address that alarms go to'),
    standby: Type.Optional(Standby),
  },
  { ...closed, description: 'The hub in AWS: `npm run deploy:aws`. Not read by a control plane on one machine' },
);
export type HubConfig = Static<typeof HubConfig>;
