import type { TSchema } from 'typebox';
import { Check, Errors } from 'typebox/schema';

/**
 * What packaged functions have for `typebox/compile`: the same checks by the same library, interpreted. A function sees a few hundred
 * events in its life; making the code that would check them faster takes longer than checking them, and brings 50 KB more.
 */
export const Compile = (schema: TSchema) => ({
  Check: (data: unknown): boolean => Check(schema, data),
  Errors: (data: unknown) => Errors(schema, data)[1],
});
