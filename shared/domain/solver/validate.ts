import type { Problem, ServiceSlot } from './problem.ts';

/**
 * A caller's mistake, as opposed to a problem without an answer: an index that points nowhere or a number that is not one.
 * Infeasibility is never an error; see `Solution.infeasible`.
 */
export class InvalidProblem extends RangeError {
  override readonly name = 'InvalidProblem';
}

/** @throws {InvalidProblem} unless the value is a finite number >= 0 */
export function amount(value: number, where: string): void {
  if (!(value >= 0 && value < Infinity)) throw new InvalidProblem(`${where} is ${value}; give a finite number >= 0`);
}

function index(value: number, size: number, where: string): void {
  if (!(Number.isInteger(value) && value >= 0 && value < size)) {
    throw new InvalidProblem(`${where} is ${value}; give an integer from 0 to ${size - 1}`);
  }
}

function service(slot: ServiceSlot, where: string, quotas: number): void {
  amount(slot.weight ?? 1, `${where}.weight`);
  for (const key of ['picks', 'minimumClouds', 'minimumRegions'] as const) index(slot[key], 2 ** 16, `${where}.${key}`);
  slot.candidates.forEach((candidate, position) => {
    const at = (key: string): string => `${where}.candidates[${position}].${key}`;
    // Called for every candidate, so the messages are only built when one is wrong.
    if (!(candidate.penalty >= 0 && candidate.penalty < Infinity)) amount(candidate.penalty, at('penalty'));
    if (!(candidate.load >= 0 && candidate.load < Infinity)) amount(candidate.load, at('load'));
    if (candidate.quota !== undefined && !(candidate.quota < quotas)) index(candidate.quota, quotas, at('quota'));
    if (!(candidate.location >= 0)) index(candidate.location, 2 ** 31, at('location'));
    if (!(candidate.cloud >= 0)) index(candidate.cloud, 2 ** 31, at('cloud'));
  });
}

/** @throws {InvalidProblem} naming the first field that is wrong */
export function validate(problem: Problem): void {
  const count = problem.services.length;
  problem.services.forEach((slot, position) => service(slot, `services[${position}]`, problem.quotas.length));
  problem.quotas.forEach((quota, position) => amount(quota.capacity, `quotas[${position}].capacity`));
  problem.links.forEach((link, position) => {
    index(link.from, count, `links[${position}].from`);
    index(link.to, count, `links[${position}].to`);
    amount(link.gbPerMonth, `links[${position}].gbPerMonth`);
    if (link.from === link.to)
      throw new InvalidProblem(`links[${position}] joins service ${link.to} to itself; leave it out`);
  });
  problem.groups?.forEach((group, position) => {
    group.services.forEach((member, at) => index(member, count, `groups[${position}].services[${at}]`));
  });
  const cap = problem.shareCap ?? 1;
  if (!(cap > 0 && cap <= 1)) throw new InvalidProblem(`shareCap is ${cap}; give a number in (0, 1]`);
}
