import { readFile } from 'node:fs/promises';

/** What a process has used since it began. */
export interface ProcessUsage {
  readonly cpuMs: number;
  readonly memoryBytes: number;
}

/** `/proc` counts CPU time in ticks of USER_HZ, which is 100 a second on every Linux architecture Node runs on. */
const tickMs = 10;

/** Fields 14 and 15 of `/proc/<pid>/stat`; the name in field 2 may hold anything, so fields are counted after its last bracket. */
export function parseCpuMs(stat: string): number | undefined {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const ticks = Number(fields[11]) + Number(fields[12]);
  return Number.isFinite(ticks) ? ticks * tickMs : undefined;
}

/** `VmRSS` of `/proc/<pid>/status`, which is in kB whatever the page size; a process that is ending has none. */
export function parseMemoryBytes(status: string): number | undefined {
  const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1];
  return kilobytes === undefined ? undefined : Number(kilobytes) * 1_024;
}

/** Undefined where it cannot be told: the process has ended, or the system has no `/proc` (macOS, Windows). */
export async function readProcessUsage(pid: number): Promise<ProcessUsage | undefined> {
  const read = (name: string) => readFile(`/proc/${pid}/${name}`, 'utf8').catch(() => '');
  const [stat, status] = await Promise.all([read('stat'), read('status')]);
  const [cpuMs, memoryBytes] = [parseCpuMs(stat), parseMemoryBytes(status)];
  return cpuMs === undefined || memoryBytes === undefined ? undefined : { cpuMs, memoryBytes };
}
