/** Shorter ones can be guessed through an API that answers as fast as ours. */
const shortest = 12;

/** The values in a text, one a line. @throws Error that names where it is from. */
export function usable(text: string | undefined, where: string): readonly string[] {
  const values = (text ?? '').split('\n').flatMap((line) => (line.trim() === '' ? [] : [line.trim()]));
  if (values.length === 0) throw new Error(`${where} holds no secret`);
  if (values.every((each) => each.length >= shortest)) return values;
  throw new Error(`${where} holds a secret of less than ${shortest} characters: make one with "openssl rand -hex 32"`);
}
