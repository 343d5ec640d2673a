import { Type } from 'typebox';

/** Field schemas that several parts of the configuration use. */
export const closed = { additionalProperties: false } as const;

export const milliseconds = (description: string) =>
  Type.Optional(Type.Integer({ minimum: 10, maximum: 86_400_000, description }));
export const seconds = (description: string) =>
  Type.Optional(Type.Integer({ minimum: 0, maximum: 31_536_000, description }));
export const share = (description: string) => Type.Optional(Type.Number({ minimum: 0, maximum: 10, description }));
export const port = (description: string) => Type.Optional(Type.Integer({ minimum: 0, maximum: 65535, description }));
export const path = (description: string) => Type.Optional(Type.String({ minLength: 1, maxLength: 4096, description }));
export const word = <W extends string>(words: readonly W[], description: string) =>
  // A union built by a map has no static type of its own: it is stated.
  Type.Optional(
    Type.Unsafe<W>(
      Type.Union(
        words.map((each) => Type.Literal(each)),
        { description },
      ),
    ),
  );
