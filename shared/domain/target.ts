/** `cloud/region/runtime` and what covers what. */
export interface Target {
  readonly cloud: string;
  readonly region: string;
  readonly runtime: string;
}

/** @throws RangeError when the text is not `cloud/region/runtime`. */
export function parseTarget(id: string): Target {
  const [cloud, region, runtime, ...rest] = id.split('/');
  if (!cloud || !region || !runtime || rest.length > 0) {
    throw new RangeError(`"${id}" is not a target: expected cloud/region/runtime, for example aws/eu-west-1/fargate`);
  }
  return { cloud, region, runtime };
}

/** Cloud and region of a target: `aws/eu-west-1`. */
export function regionScope(target: string): string {
  const { cloud, region } = parseTarget(target);
  return `${cloud}/${region}`;
}

/** Whether an exclusion scope (`aws`, `aws/eu-west-1`, `aws/eu-west-1/fargate`) covers a target or a narrower scope. */
export function covers(scope: string, target: string): boolean {
  return target === scope || target.startsWith(`${scope}/`);
}
