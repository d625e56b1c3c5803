import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, it } from 'vitest';
import { childrenOf, cpuMs, peakMiB, resetPeak, residentMiB } from './process-usage.ts';

it('counts the CPU that a process spends', () => {
  const before = cpuMs(process.pid);
  const until = performance.now() + 200;
  while (performance.now() < until) Math.sqrt(until);

  const spent = cpuMs(process.pid) - before;
  // Other threads add to the figure and other processes slow it down, so the bounds are wide.
  expect(spent).toBeGreaterThanOrEqual(50);
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
