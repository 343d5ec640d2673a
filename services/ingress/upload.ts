import { ProblemError } from './problem.ts';

/** Takes a bill's bytes as they come. @throws ProblemError */
export type TakeBill = (request: Request, name: string | undefined) => Promise<object>;

/** Where no disk waits for files. */
export const takeNoBill: TakeBill = () =>
  Promise.reject(
    new ProblemError(
      404,
      'Not Found',
      'this hub takes no files: put the bill into the bucket of a source in cost.bills',
    ),
  );
