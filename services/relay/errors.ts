/** Nobody answered, or the far side is busy or broken: the command is still owed. */
export class FunctionUnavailable extends Error {
  override readonly name = 'FunctionUnavailable';
  readonly retryAfterMs: number | undefined;
  constructor(message: string, retryAfterMs?: number) {
    super(message);
    this.retryAfterMs = retryAfterMs;
  }
}

/** Our token was refused, twice: some trust is wrong. Tried again, for a grant takes minutes to arrive everywhere. */
export class CallRefused extends Error {
  override readonly name = 'CallRefused';
}

/** The far side will never take this command. Its dead letter says why. */
export class CommandRefused extends Error {
  override readonly name = 'CommandRefused';
  readonly terminal = true;
}
