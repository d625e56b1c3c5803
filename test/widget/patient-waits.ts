/** `vi.waitFor` and `vi.waitUntil` give up after a second, which a machine with other work may need. */
import { vi } from 'vitest';

const PATIENCE_MS = 60_000;
const { waitFor, waitUntil } = vi;

vi.waitFor = (look, options) => waitFor(look, { timeout: PATIENCE_MS, ...(typeof options === 'object' && options) });
vi.waitUntil = (look, options) =>
  waitUntil(look, { timeout: PATIENCE_MS, ...(typeof options === 'object' && options) });
