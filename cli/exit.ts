/** Exit codes mean something: 0 done, 1 failed, 2 bad input, 3 cannot reach the control plane. */
export const exitCode = { done: 0, failed: 1, badInput: 2, unreachable: 3 } as const;

/** An error that ends the command with one line for the person and a code for the script. */
export class CliError extends Error {
  override readonly name = 'CliError';
  readonly code: number;
  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}
