/** Before each file: nothing in KV, R2 or an object is left of the file before it, with which it shares a workerd. */
import { reset } from 'cloudflare:test';
import { beforeAll } from 'vitest';

/** A call that the file before has left hanging may have to run into its deadline first. */
const MAX_WAIT_MS = 60_000;

beforeAll(reset, MAX_WAIT_MS);
