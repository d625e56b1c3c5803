/** Reads the CPU and memory of a process from Linux's /proc. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';

/** `USER_HZ`, in which /proc counts CPU: 100 on every Linux architecture Node runs on (man 5 proc). */
const TICKS_PER_SECOND = 100;

/** CPU milliseconds of all threads of a process, user and system. Resolution: 10 ms. */
export function cpuMs(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  // The name in brackets may hold blanks; user and system time are fields 14 and 15, the name is field 2.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return ((Number(fields[11]) + Number(fields[12])) * 1000) / TICKS_PER_SECOND;
}

const statusMiB = (pid: number, field: 'VmRSS' | 'VmHWM'): number => {
  const found = new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'latin1'));
  if (!found) throw new Error(`/proc/${pid}/status has no ${field}.`);
  return Number(found[1]) / 1024;
};

/** Resident memory now, in MiB. */
export const residentMiB = (pid: number): number => statusMiB(pid, 'VmRSS');

/** Peak resident memory since the start or the last {@link resetPeak}, in MiB. */
export const peakMiB = (pid: number): number => statusMiB(pid, 'VmHWM');

/** Resets the peak to the memory that is resident now (man 5 proc, clear_refs). */
export const resetPeak = (pid: number): void => writeFileSync(`/proc/${pid}/clear_refs`, '5');

/** Processes whose parent is `parent` and whose name is `name`. */
export function childrenOf(parent: number, name: string): number[] {
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .map(Number)
    .filter((pid) => {
      try {
        const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
        const [, ppid] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
        return stat.includes(`(${name})`) && Number(ppid) === parent;
      } catch (error) {
        // A process may end between the listing and the reading.
        if ((error as NodeJS.ErrnoException).code === 'ENOENT' || (error as NodeJS.ErrnoException).code === 'ESRCH')
          return false;
        throw error;
      }
    });
}
