/** Parts of the app that are loaded when they are asked for. */
import { reset } from 'cloudflare:test';
import { afterEach, expect, it } from 'vitest';
import { createApp } from '../worker/app.ts';
import { asOwner, OWNER } from './routes/admin/owner.ts';
import { createTestWorker, reasonOf, WORKER } from './support.ts';

afterEach(reset);

it('a part that could not be loaded fails as any error does, and the next request loads it', async () => {
  const { services } = createTestWorker(OWNER);
  let failures = 1;
  const app = createApp({
    ...services,
    async openStores() {
      if (failures-- > 0) throw new Error('the module did not come');
      return services.openStores();
    },
  });
  const ask = () => app.fetch(new Request(`${WORKER}/peel/admin/api/desk`, { headers: asOwner() }));

  const failed = await ask();

  expect(failed.headers.get('X-Request-Id')).toMatch(/^[0-9a-f]{32}$/);
  expect(await reasonOf(failed)).toEqual([503, 'UPSTREAM_UNAVAILABLE']);
  expect((await ask()).status).toBe(200);
});
