import { env } from 'cloudflare:workers';
import { expect, it } from 'vitest';
import type { LedgerRpc } from '../../worker/ledger/rpc.ts';
import type { RecordContext } from '../../worker/sites/site-record.ts';
import { createSiteStore } from '../../worker/sites/site-store.ts';

const RECORD = { origins: ['https://shop.example'] };
const ledger = () => env.LEDGER.getByName('deployment') as unknown as LedgerRpc;

/** A store whose KV refuses the first writes, as it does where a key is written twice in a second. */
function storeWith({ refusals, ledger: changes = ledger }: { refusals: number; ledger?: () => LedgerRpc }) {
  let left = refusals;
  const pauses: number[] = [];
  const lines: string[] = [];
  const kv = new Proxy(env.KV, {
    get(target, name: keyof KVNamespace) {
      return (...args: unknown[]) => {
        if (name === 'put' && left-- > 0) return Promise.reject(new Error('KV PUT failed: 429 Too Many Requests'));
        return Reflect.apply(target[name], target, args);
      };
    },
  });
  const store = createSiteStore({
    ...{ kv, context: {} as RecordContext, changes, log: (event: string) => void lines.push(event) },
    saysBudget: false,
    fallback: () => {
      throw new Error('only for default');
    },
    pause: async (ms) => void pauses.push(ms),
  });
  const save = (id: string) =>
    store.change(id, async (_seen, writer) => ({ ok: true, value: await writer.keep(RECORD) }));
  return { store, save, pauses, lines };
}

it('a change waits for KV to take another write of the key', async () => {
  const { save, pauses } = storeWith({ refusals: 2 });

  expect(await save('patient')).toMatchObject({ ok: true });

  expect(pauses).toEqual([1_100, 1_100]);
  expect(await env.KV.get('site:patient', 'json')).toEqual(RECORD);
});

it('a change that KV does not take lets the next one begin, and what is in KV counts', async () => {
  const { save, store } = storeWith({ refusals: 3 });
  await expect(save('refused')).rejects.toThrow('429');

  const next = await store.change('refused', async (seen) => ({ ok: true, value: seen }));

  expect(next).toMatchObject({ value: { stored: undefined, isStale: false, recordEtag: undefined } });
});

it('a change whose end the ledger does not hear holds all the same', async () => {
  const deaf = (): LedgerRpc => ({
    ...({} as LedgerRpc),
    beginSiteChange: (site) => ledger().beginSiteChange(site),
    endSiteChange: () => Promise.reject(new Error('no answer')),
  });
  const { save, lines } = storeWith({ refusals: 0, ledger: deaf });

  expect(await save('deaf')).toMatchObject({ ok: true });

  expect(lines).toEqual(['site_change_unended']);
  expect(await env.KV.get('site:deaf', 'json')).toEqual(RECORD);
});

it('the epoch is in the ledger before it is in KV', async () => {
  const { store } = storeWith({ refusals: 3 });

  const failed = store.change('ended', async (_seen, writer) => ({
    ok: true,
    value: await writer.keep({ ...RECORD, epoch: 4 }),
  }));

  await expect(failed).rejects.toThrow('429');
  expect(await store.change('ended', async ({ epoch }) => ({ ok: true, value: epoch }))).toEqual({
    ok: true,
    value: 4,
  });
});
