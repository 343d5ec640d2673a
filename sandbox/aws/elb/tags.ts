import { AwsError, validationError } from '../wire/errors.ts';
import { records, text, texts, type Input } from '../wire/input.ts';
import type { ElbCall } from './call.ts';
import { listenersOf, type ElbRegion } from './state.ts';

const maxTags = 50;

/** @throws DuplicateTagKeys, TooManyTags, ValidationError */
export function readElbTags(input: Input): Map<string, string> {
  const pairs = records(input, 'Tags').map((tag) => [text(tag, 'Key') ?? '', text(tag, 'Value') ?? ''] as const);
  const tags = new Map(pairs);
  if (tags.size < pairs.length) throw new AwsError('DuplicateTagKeys', 'The tag keys must be unique.');
  if (tags.size > maxTags) throw new AwsError('TooManyTags', `A resource can have at most ${maxTags} tags.`);
  const bad = pairs.find(([key]) => key.length < 1 || key.length > 128 || /^aws:/i.test(key));
  if (bad !== undefined) throw validationError(`'${bad[0]}' is not a valid tag key`);
  return tags;
}

function checkExists(region: ElbRegion, arn: string): void {
  if (region.balancers.has(arn) || region.groups.has(arn)) return;
  if (listenersOf(region).some(({ listener }) => listener.arn === arn)) return;
  const kind = arn.includes(':targetgroup/') ? 'TargetGroup' : arn.includes(':listener/') ? 'Listener' : 'LoadBalancer';
  throw new AwsError(`${kind}NotFound`, `The resource '${arn}' was not found`);
}

export function addTags({ input, region }: ElbCall): object {
  const tags = readElbTags(input);
  const arns = texts(input, 'ResourceArns');
  arns.forEach((arn) => checkExists(region, arn));
  for (const arn of arns) region.tags.set(arn, new Map([...(region.tags.get(arn) ?? []), ...tags]));
  return {};
}

export function removeTags({ input, region }: ElbCall): object {
  const arns = texts(input, 'ResourceArns');
  arns.forEach((arn) => checkExists(region, arn));
  for (const arn of arns) texts(input, 'TagKeys').forEach((key) => region.tags.get(arn)?.delete(key));
  return {};
}

export function describeTags({ input, region }: ElbCall): object {
  const arns = texts(input, 'ResourceArns');
  if (arns.length > 20) throw validationError('ResourceArns may not exceed 20');
  arns.forEach((arn) => checkExists(region, arn));
  const describe = (arn: string) => ({
    ResourceArn: arn,
    Tags: [...(region.tags.get(arn) ?? [])].map(([Key, Value]) => ({ Key, Value })),
  });
  return { TagDescriptions: arns.map(describe) };
}
