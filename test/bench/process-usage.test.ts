import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, it } from 'vitest';
import { childrenOf, cpuMs, peakMiB, resetPeak, residentMiB } from './process-usage.ts';

it('counts the CPU that a process spends', () => {
  const before = cpuMs(process.pid);
  const since = process.cpuUsage();
  const isSpent = () => {
    const { user, system } = process.cpuUsage(since);
    return user + system > 200_000;
  };
  while (!isSpent());

  const spent = cpuMs(process.pid) - before;
  // Linux counts in ticks of 10 ms, and other threads of the process add to the figure.
  expect(spent).toBeGreaterThanOrEqual(180);
  expect(spent).toBeLessThan(2000);
});

it('sees memory come, and its peak begin anew', () => {
  const before = residentMiB(process.pid);
  const block = Buffer.alloc(128 * 1024 * 1024, 1);
  const peak = peakMiB(process.pid);
  resetPeak(process.pid);

  expect(block[block.length - 1]).toBe(1);
  expect(peak - before).toBeGreaterThan(100);
  expect(Math.abs(peakMiB(process.pid) - residentMiB(process.pid))).toBeLessThan(32);
});

it('finds the children of a process by name', async () => {
  const child = spawn('sleep', ['30']);
  await once(child, 'spawn');

  expect(childrenOf(process.pid, 'sleep')).toContain(child.pid);
  child.kill();
  await once(child, 'exit');
  expect(childrenOf(process.pid, 'sleep')).not.toContain(child.pid);
});
