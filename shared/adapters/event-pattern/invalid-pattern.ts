/** A pattern EventBridge would refuse. Terminal: it is found when a consumer subscribes, never while events flow. */
export class InvalidPattern extends Error {
  override readonly name = 'InvalidPattern';
  readonly terminal = true;
  /** Where in the pattern: `detail.state[0].numeric`. */
  readonly path: string;
  constructor(path: string, problem: string) {
    super(`event pattern at ${path === '' ? '(root)' : path}: ${problem}`);
    this.path = path;
  }
}
