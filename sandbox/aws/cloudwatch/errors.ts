import { AwsError } from '../wire/errors.ts';

/** The codes CloudWatch has used since its Query days; `wire/query-compatible.ts` adds the JSON names. */
export type CloudWatchCode =
  'InvalidParameterValue' | 'InvalidParameterCombination' | 'MissingParameter' | 'InvalidNextToken' | 'ValidationError';

export const refuse = (code: CloudWatchCode, message: string) => new AwsError(code, message);

/** CloudWatch reports everything that is wrong with a request at once, one sentence a line. */
export type Problems = string[];

/** @throws AwsError with that code when there is any problem. */
export function throwAny(problems: Problems, code: CloudWatchCode): void {
  if (problems.length > 0) throw refuse(code, problems.join('\n'));
}

export const required = (field: string) => `The parameter ${field} is required.`;
export const invalid = (value: unknown, field: string) =>
  `The value ${String(value)} for parameter ${field} is invalid.`;
export const exclusive = (one: string, other: string) =>
  `The parameters ${one} and ${other} are mutually exclusive and you have specified both.`;
export const tooMany = (field: string, most: number) =>
  `The collection ${field} must not have a size greater than ${most}.`;
