/** How the desk asks the owner's API. */
import { expect, it } from 'vitest';
import { createDeskApi } from '../../../widget/admin/api.ts';

it('asks again for the whole of an answer that broke off', async () => {
  const asked: (string | null)[] = [];
  const breaking = new ReadableStream({ pull: (controller) => controller.error(new TypeError('network error')) });
  const bodies = [breaking, '{"made":1}', null];
  const api = createDeskApi({
    async fetch(_address, init) {
      asked.push(new Headers(init?.headers).get('If-None-Match'));
      const body = bodies[asked.length - 1] ?? null;
      return new Response(body, { status: body === null ? 304 : 200, headers: { ETag: '"one"' } });
    },
    onSessionEnded: () => undefined,
  });

  await expect(api.getChanged('/overview')).rejects.toThrow();
  expect(await api.getChanged('/overview')).toEqual({ made: 1 });
  expect(await api.getChanged('/overview')).toBeUndefined();
  expect(asked).toEqual([null, null, '"one"']);
});
