import { badRequest } from './errors.ts';
import { isObject } from './http.ts';

/** Checks tags as Azure Resource Manager does before any provider sees the request. */
export function requireTags(value: unknown): Readonly<Record<string, string>> {
  if (value == null) return {};
  if (!isObject(value) || Object.values(value).some((one) => typeof one !== 'string'))
    throw badRequest('InvalidRequestContent', 'The request content was invalid: tags must be an object of strings.');
  const tags = value as Record<string, string>;
  const names = Object.keys(tags);
  if (names.length > 50)
    throw badRequest('TagLimitExceeded', `A resource takes at most 50 tags, the request has ${names.length}.`, 'tags');
  for (const name of names) requireTag(name, tags[name] ?? '');
  return tags;
}

function requireTag(name: string, value: string): void {
  if (/[<>%&\\?/]/.test(name))
    throw badRequest(
      'InvalidTagNameCharacters',
      `The tag names '${name}' have reserved characters '<,>,%,&,\\,?,/' or control characters.`,
    );
  if (name === '' || name.length > 512)
    throw badRequest('InvalidTagName', `The tag name '${name}' must have between 1 and 512 characters.`);
  if (value.length > 256)
    throw badRequest(
      'InvalidTagValueLength',
      `The value of tag '${name}' exceeds the maximum length of 256 characters.`,
    );
}
