/** Before each file: nothing in KV, R2 or an object is left of the file before it, with which it shares a workerd. */
import { reset } from 'cloudflare:test';
import { beforeAll } from 'vitest';

beforeAll(reset);
