import type { ServiceSpec } from '../../contracts/application-spec.ts';
import type { KnownWorld } from './known.ts';
import { closest, closeTo, type Finding, type Path } from './problem.ts';
import type { ScheduleWindow } from './schedule.ts';
import { usageFields } from './usage.ts';
import { isTimeZone } from './zone.ts';

/** Use, preferred targets and replica counts by the clock that cannot be meant. */
export function checkCost(service: ServiceSpec, path: Path, known: KnownWorld | undefined): readonly Finding[] {
  return [...checkUsage(service, path), ...checkPrefer(service, path, known), ...checkSchedule(service, path)];
}

function checkUsage({ usage = {} }: ServiceSpec, path: Path): readonly Finding[] {
  return usageFields.flatMap((field): Finding[] => {
    const stated = usage[field];
    if (stated === undefined || typeof stated === 'number') return [];
    const { low, expected, high } = stated;
    const at = [...path, 'usage', field];
    if (low > expected) {
      const message = `low ${low} is more than expected ${expected}`;
      return [{ path: [...at, 'low'], found: low, message, allowed: [`at most ${expected}`] }];
    }
    if (expected <= high) return [];
    const message = `high ${high} is less than expected ${expected}`;
    return [{ path: [...at, 'high'], found: high, message, allowed: [`at least ${expected}`] }];
  });
}

function checkPrefer({ prefer = [] }: ServiceSpec, path: Path, known: KnownWorld | undefined): readonly Finding[] {
  return prefer.flatMap((target, index): Finding[] => {
    const at = { path: [...path, 'prefer', index], found: target };
    if (prefer.indexOf(target) < index) return [{ ...at, message: `"${target}" is listed twice` }];
    // The catalogue does not know the regions of a private cloud.
    if (known === undefined || target.startsWith('private/')) return [];
    const [cloud = '', region = '', runtime = ''] = target.split('/');
    if (!known.regions.includes(`${cloud}/${region}`)) return [unknown(at, `${cloud}/${region}`, known.regions)];
    return known.runtimes.includes(runtime) ? [] : [unknown(at, runtime, known.runtimes)];
  });
}

function unknown(at: Pick<Finding, 'path' | 'found'>, name: string, names: readonly string[]): Finding {
  const suggestion = closest(name, names);
  const allowed = closeTo(name, names);
  return { ...at, message: `"${name}" is not known`, allowed, ...(suggestion && { suggestion }) };
}

function checkSchedule({ schedule = [], constraints }: ServiceSpec, path: Path): readonly Finding[] {
  const spread = Math.max(constraints?.minimumClouds ?? 1, constraints?.minimumRegions ?? 1);
  return schedule.flatMap((window, index) => checkWindow(window, [...path, 'schedule', index], spread));
}

function checkWindow({ days = [], timezone, replicas }: ScheduleWindow, path: Path, spread: number): Finding[] {
  const findings: Finding[] = [];
  const again = days.findIndex((day, i) => days.indexOf(day) < i);
  if (again >= 0) {
    findings.push({ path: [...path, 'days', again], found: days[again], message: `"${days[again]}" is listed twice` });
  }
  if (timezone !== undefined && !isTimeZone(timezone)) {
    findings.push({ path: [...path, 'timezone'], found: timezone, ...zoneProblem(timezone) });
  }
  if (replicas > 0 && replicas < spread) {
    const message = `${replicas} cannot be spread over ${spread} places`;
    findings.push({ path: [...path, 'replicas'], found: replicas, message, allowed: ['0', `${spread} or more`] });
  }
  return findings;
}

function zoneProblem(timezone: string): Pick<Finding, 'message' | 'allowed' | 'suggestion'> {
  const names = ['UTC', ...Intl.supportedValuesOf('timeZone')];
  const suggestion = closest(timezone, names);
  return {
    message: `"${timezone}" is no time zone`,
    allowed: closeTo(timezone, names),
    ...(suggestion && { suggestion }),
  };
}
