/**
 * The running request, written down until its end, so that a reload finds its picture: the worker goes on drawing, and
 * the same request joins it. Words, settings and addresses only, no pictures.
 */
import type { Order } from '../model.ts';
import { readItem, removeItem, writeItem } from './web-storage.ts';

/** The worker keeps the outcome of a request for longer; a visitor who comes back later begins anew. */
const MAX_AGE_MS = 3_600_000;
const VERSION = 1;

export interface Running {
  /** One for each picture of the request: they differ in their takes. */
  orders: readonly Order[];
  /** Unix milliseconds. */
  startedAt: number;
}

/** @param isShared Another tab may go on with it as well. @returns Whether it is kept. */
export function saveRunning(key: string, { orders, startedAt }: Running, isShared = false): boolean {
  const record = { version: VERSION, orders, startedAt };
  const isKept = writeItem('sessionStorage', key, record);
  return (isShared && writeItem('localStorage', key, record)) || isKept;
}

/** @param now Unix milliseconds. @param isShared What another tab has begun counts as well. */
export function readRunning(key: string, now: number, isShared = false): Running | undefined {
  return read('sessionStorage', key, now) ?? (isShared ? read('localStorage', key, now) : undefined);
}

/** Another tab's newer request stays. */
export function clearRunning(key: string): void {
  const own = toRunning(readItem('sessionStorage', key));
  removeItem('sessionStorage', key);
  const shared = toRunning(readItem('localStorage', key));
  if (!shared || !own || shared.startedAt <= own.startedAt) removeItem('localStorage', key);
}

/** What is too old or cannot be read is removed. */
function read(area: 'sessionStorage' | 'localStorage', key: string, now: number): Running | undefined {
  const running = toRunning(readItem(area, key));
  // A clock that was set back makes a request of the future.
  if (running && Math.abs(now - running.startedAt) < MAX_AGE_MS) return running;
  removeItem(area, key);
  return undefined;
}

/** The element itself wrote it, perhaps an older one. */
function toRunning(stored: unknown): Running | undefined {
  const { version, orders, startedAt } = Object(stored) as Partial<Running & { version: number }>;
  const isWhole = version === VERSION && Array.isArray(orders) && orders.every((order) => order?.prompt !== undefined);
  return isWhole && orders.length > 0 && startedAt !== undefined ? { orders, startedAt } : undefined;
}
