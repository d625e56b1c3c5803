/**
 * The owner's clients in KV. Their names are unique in their site, because limits, budgets and pictures are by name. KV
 * lists what was written elsewhere only within a minute, so the deployment's ledger has the names too.
 */
import type { LedgerRpc } from '../ledger/rpc.ts';
import { type ClientRecord, parseClientRecord } from './client-record.ts';
import { hashOfKey } from './clients.ts';

/** A client as the owner reads it. The key itself is nowhere. */
interface ListedClient extends ClientRecord {
  /** The first characters of the key. */
  hint: string;
}

/** Enough of a client to list it without reading its record. */
interface Label {
  name: string;
  site: string;
  hint: string;
}

export interface ClientStore {
  /** One KV operation, and one for each client. A record that breaks a rule is left out. */
  list(): Promise<ListedClient[]>;
  /**
   * @param siteExists Asked once the name is taken, so that a site that is deleted meanwhile keeps no key.
   * @returns `revoked`: the client or its site was deleted while this ran, and there is no key.
   */
  add(key: string, record: ClientRecord, siteExists: () => Promise<boolean>): Promise<'added' | 'taken' | 'revoked'>;
  /** @param name Absent: all of the site. @returns The hashes of all keys that were revoked. */
  revoke(site: string, name?: string): Promise<string[]>;
}

/** The deployment's ledger. */
type Names = Pick<LedgerRpc, 'claimClient' | 'holdsClient' | 'freeClients'>;

const PREFIX = 'client:';
const HINT_CHARACTERS = 4;

/** The end of a key, by which its owner knows it: keys that people name begin alike. It takes 24 of its 128 bits. */
export const hintOf = (key: string): string => `…${key.slice(-HINT_CHARACTERS)}`;

export function createClientStore(kv: KVNamespace, names: () => Names): ClientStore {
  async function labels(): Promise<(Label & { hash: string })[]> {
    const found: (Label & { hash: string })[] = [];
    let cursor: string | undefined;
    do {
      const page = await kv.list<Label>({ prefix: PREFIX, ...(cursor !== undefined && { cursor }) });
      for (const { name, metadata } of page.keys) {
        if (metadata) found.push({ ...metadata, hash: name.slice(PREFIX.length) });
      }
      cursor = page.list_complete ? undefined : page.cursor;
    } while (cursor !== undefined);
    return found;
  }

  /** Hashes of the keys that KV lists. A name has several where they were written by other means than this API. */
  const listed = async (site: string, name?: string): Promise<string[]> =>
    (await labels())
      .filter((label) => label.site === site && (name === undefined || label.name === name))
      .map(({ hash }) => hash);

  return {
    async list() {
      const all = (await labels()).map(async ({ hash, hint }) => {
        const record = parseClientRecord((await kv.get(`${PREFIX}${hash}`)) ?? '');
        return record && { ...record, hint };
      });
      return (await Promise.all(all)).filter((client) => client !== undefined);
    },
    async add(key, record, siteExists) {
      const { site, name } = record;
      const hash = hashOfKey(key);
      if ((await listed(site, name)).length > 0) return 'taken';
      if (!(await names().claimClient(site, name, hash))) return 'taken';
      if (!(await siteExists())) {
        await names().freeClients(site, name);
        return 'revoked';
      }
      const metadata: Label = { name, site, hint: hintOf(key) };
      await kv.put(`${PREFIX}${hash}`, JSON.stringify(record), { metadata });
      // A revocation frees the name before it deletes, and may have deleted this key before it was written.
      if (await names().holdsClient(site, name, hash)) return 'added';
      await kv.delete(`${PREFIX}${hash}`);
      return 'revoked';
    },
    async revoke(site, name) {
      // The list first: a key that is made once the name is free is not in it.
      const inKv = await listed(site, name);
      const hashes = [...new Set([...inKv, ...(await names().freeClients(site, name))])];
      for (const hash of hashes) await kv.delete(`${PREFIX}${hash}`);
      return hashes;
    },
  };
}
