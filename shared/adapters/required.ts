export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads variables that the deployment should have set.
 * @param otherwise what is the matter without one, or what to do: the end of the message
 * @example const required = requiredTo('deploy the function with infra/aws');
 */
export const requiredTo =
  (otherwise: string) =>
  /** @throws Error naming the variable. */
  (environment: Environment, name: string): string => {
    const value = environment[name]?.trim();
    if (value) return value;
    throw new Error(`the environment variable ${name} is not set: ${otherwise}`);
  };
