import { readFileSync } from 'node:fs';

/**
 * Processor seconds used so far by this process, and by a child where the system tells (Linux). On a busy machine the clock on
 * the wall measures the neighbours; this measures the work.
 */
export function cpuSeconds(child?: number): number | undefined {
  const { user, system } = process.cpuUsage();
  const own = (user + system) / 1e6;
  if (child === undefined) return own;
  const theirs = childSeconds(child);
  return theirs === undefined ? undefined : own + theirs;
}

function childSeconds(pid: number): number | undefined {
  if (process.platform !== 'linux') return undefined;
  // proc_pid_stat(5): after the name in parentheses, fields 14 and 15 are user and system time in ticks of 1/100 s.
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

export function used(before: number | undefined, after: number | undefined): number | undefined {
  return before === undefined || after === undefined ? undefined : after - before;
}
