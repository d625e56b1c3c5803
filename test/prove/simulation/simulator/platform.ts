/**
 * APIs of workerd that Node does not have yet, as far as a run uses them, and deadlines that use a world's time instead
 * of the real time.
 */
import type { Scheduler } from './scheduler.ts';

interface Newer {
  toHex?: () => string;
  setFromBase64?: (text: string, options?: { alphabet?: 'base64' | 'base64url' }) => { read: number; written: number };
}

export function fillPlatform(): void {
  const prototype = Uint8Array.prototype as unknown as Newer;
  prototype.toHex ??= function (this: Uint8Array) {
    return Buffer.from(this).toString('hex');
  };
  prototype.setFromBase64 ??= function (this: Uint8Array, text, { alphabet = 'base64' } = {}) {
    const bytes = Buffer.from(text, alphabet);
    this.set(bytes);
    return { read: text.length, written: bytes.length };
  };
}

/** @returns A function that restores the real time. */
export function useTimeOf(scheduler: Scheduler): () => void {
  const real = AbortSignal.timeout;
  AbortSignal.timeout = (ms) => {
    const abort = new AbortController();
    scheduler.after(ms, () => abort.abort(new DOMException('The deadline has passed', 'TimeoutError')));
    return abort.signal;
  };
  return () => {
    AbortSignal.timeout = real;
  };
}
