/** AWS will never take this event as it is: its attributes, not the moment, are at fault. Terminal. */
export class EventRefused extends Error {
  override readonly name = 'EventRefused';
  readonly terminal = true;
  readonly code: string;
  constructor(what: string, { code, message, cause }: { code: string; message: string; cause?: unknown }) {
    super(`${what} was refused for good: ${code}: ${message}`, { cause });
    this.code = code;
  }
}
