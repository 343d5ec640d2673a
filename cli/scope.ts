import { closest } from '../shared/domain/spec/problem.ts';
import { CliError, exitCode } from './exit.ts';

/**
 * A word about a scope that nothing can stand in would be accepted, and never be noticed.
 * @param scope `cloud`, `cloud/region` or, where it may be that fine, a target `cloud/region/runtime`
 * @throws CliError that names the one that was probably meant
 */
export async function mustBeKnown(scope: string, finest: 'region' | 'target'): Promise<void> {
  const { catalogue } = await import('../shared/catalogue/index.ts');
  const regions = catalogue.regions.map(({ id }) => id);
  const [cloud = '', region, runtime] = scope.split('/');
  if (region === undefined) {
    demand('cloud', cloud, [...new Set(catalogue.regions.map((each) => each.cloud))]);
  } else if (runtime === undefined || finest === 'region') {
    demand('region', scope, regions);
  } else {
    const home = `${cloud}/${region}`;
    demand('region', home, regions);
    const targets = catalogue.offerings.map(({ id }) => id).filter((id) => id.startsWith(`${home}/`));
    demand('target', scope, targets);
  }
}

function demand(what: string, found: string, allowed: readonly string[]): void {
  if (!allowed.includes(found)) throw unknown(what, found, allowed);
}

export function unknown(what: string, found: string, allowed: readonly string[]): CliError {
  const near = closest(found, allowed);
  const meant = near === undefined ? '' : ` (did you mean "${near}"?)`;
  return new CliError(exitCode.badInput, `there is no ${what} "${found}"${meant}; there are ${allowed.join(', ')}`);
}
