export type * from './problem.ts';
export { solve, solveOneAtATime } from './solve.ts';
export { InvalidProblem } from './validate.ts';
