import type { HubFunction } from '../../infra/functions.ts';
import { bundle, type Bundle } from './bundle.ts';
import { clientsIn } from './clients.ts';
import { root } from './hub.ts';

/** How the clients are called where that does not follow from the package's name. */
const classOf: Readonly<Record<string, string>> = {
  cloudwatch: 'CloudWatchClient',
  dynamodb: 'DynamoDBClient',
  ecs: 'ECSClient',
  'elastic-load-balancing-v2': 'ElasticLoadBalancingV2Client',
  eventbridge: 'EventBridgeClient',
  'route-53': 'Route53Client',
  s3: 'S3Client',
  scheduler: 'SchedulerClient',
  sqs: 'SQSClient',
  sts: 'STSClient',
};

/**
 * What a function is measured against: the SDK as it comes, with the clients that the function needs and the commands that it uses, made
 * when it starts. Bundled with the same options, and without what we leave out of ours.
 */
export async function referenceOf({ clients, signIn = {} }: HubFunction, ours: Bundle): Promise<Bundle> {
  const used = clientsIn(ours.metafile);
  const aws = clients.map((client) => {
    const made = classOf[client];
    if (made === undefined)
      throw new Error(`scripts/package/reference.ts: what is the client of @aws-sdk/client-${client} called?`);
    return { from: `@aws-sdk/client-${client}`, made, names: used.get(client) ?? [] };
  });
  const lines = aws.map(({ from, made, names }, index) => ({
    // Two clients may have a command of the same name.
    imports: [made, ...names.map((name) => `${name} as ${name}${index}`)],
    from,
    held: [`new ${made}({})`, ...names.map((name) => name + index)],
  }));
  const others = Object.entries(signIn).map(([from, names]) => ({ imports: names, from, held: names }));
  const all = [...lines, ...others];
  const contents = [
    ...all.map(({ imports, from }) => `import { ${imports.join(', ')} } from '${from}';`),
    `const held = [${all.flatMap(({ held }) => held).join(', ')}];`,
    'export const handler = async () => held.length;',
  ].join('\n');
  return bundle({ stdin: { contents, resolveDir: root, loader: 'js' } }, []);
}
