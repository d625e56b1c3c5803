import { cdp } from 'vitest/browser';

/** Chromium's own protocol, for what a page cannot do: fingers instead of a mouse, and other settings of the visitor. */
export const devtools = () => cdp() as unknown as { send(method: string, options?: object): Promise<void> };
