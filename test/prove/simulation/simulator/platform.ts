/**
 * What workerd has and this Node has not yet, as far as a run uses it; and a deadline that is kept by a world's time
 * and not by the real one's.
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

/** @returns What puts the real one back. */
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
