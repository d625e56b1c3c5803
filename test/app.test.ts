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

it('a method that a path does not have is refused with those that it has, in every part', async () => {
  const worker = createTestWorker(OWNER);
  const refused = ['/peel/admin', '/peel/site', '/embed.html', '/peel/admin/api/desk'].map(async (path) => {
    const answer = await worker.fetch(path, { method: 'PUT', headers: asOwner() });
    return [answer.status, answer.headers.get('Allow')];
  });

  expect(await Promise.all(refused)).toEqual(Array(4).fill([405, 'GET, HEAD']));
});
