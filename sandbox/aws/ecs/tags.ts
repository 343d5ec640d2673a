import { AwsError, invalidParameter } from '../wire/errors.ts';
import { records, text, texts, type Input } from '../wire/input.ts';
import type { Call } from './call.ts';
import { shortName, type EcsRegion, type Tags } from './state.ts';

const maxTags = 50;

/** @throws InvalidParameterException for what ECS refuses: too many, too long, or a key reserved by AWS. */
export function readTags(input: Input, field = 'tags'): Tags {
  const tags = records(input, field).map((tag) => [text(tag, 'key') ?? '', text(tag, 'value') ?? ''] as const);
  for (const [key, value] of tags) {
    if (key.length < 1 || key.length > 128) throw invalidParameter('Tag keys must be between 1 and 128 characters.');
    if (value.length > 256) throw invalidParameter(`The value of tag ${key} is longer than 256 characters.`);
    if (/^aws:/i.test(key)) throw invalidParameter(`Tag keys must not start with the reserved prefix 'aws:': ${key}`);
  }
  return limited(new Map(tags));
}

function limited(tags: Tags): Tags {
  if (tags.size > maxTags) throw invalidParameter(`A resource can have at most ${maxTags} tags, not ${tags.size}.`);
  return tags;
}

export const writeTags = (tags: Tags) => [...tags].map(([key, value]) => ({ key, value }));

function taggedBy(region: EcsRegion, resourceArn: string): { tags: Tags } {
  const kind = /:(cluster|service|task-definition)\//.exec(resourceArn)?.[1];
  const [, , second] = resourceArn.split('/');
  const found =
    kind === 'cluster'
      ? region.clusters.get(shortName(resourceArn))
      : kind === 'service'
        ? region.clusters.get(resourceArn.split('/')[1] ?? '')?.services.get(second ?? '')
        : [...region.families.values()].flat().find((definition) => definition.arn === resourceArn);
  if (kind === undefined) throw invalidParameter(`The resourceArn ${resourceArn} is not valid for this operation.`);
  if (found === undefined)
    throw new AwsError('InvalidParameterException', `The resource ${resourceArn} was not found.`);
  return found;
}

const target = ({ input, region }: Call) => taggedBy(region, text(input, 'resourceArn') ?? '');

export function tagResource(call: Call): object {
  const resource = target(call);
  resource.tags = limited(new Map([...resource.tags, ...readTags(call.input)]));
  return {};
}

export function untagResource(call: Call): object {
  const { tags } = target(call);
  texts(call.input, 'tagKeys').forEach((key) => tags.delete(key));
  return {};
}

export const listTagsForResource = (call: Call): object => ({ tags: writeTags(target(call).tags) });
