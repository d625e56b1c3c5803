/**
 * The owner's clients in KV. Their names are unique in their site, because limits, budgets and pictures are by name. KV
 * lists what was written elsewhere within a minute, so two owners far apart can use one name within that minute.
 */
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
  /** Whether a name is in use in a site. One KV operation. */
  has(site: string, name: string): Promise<boolean>;
  add(key: string, record: ClientRecord): Promise<void>;
  /** @returns The hash of the key that was revoked; undefined where there is none. */
  revoke(site: string, name: string): Promise<string | undefined>;
}

const PREFIX = 'client:';
const HINT_CHARACTERS = 6;

/** The beginning of a key, by which its owner knows it. It takes 18 of its 128 bits. */
export const hintOf = (key: string): string => key.slice(0, HINT_CHARACTERS);

export function createClientStore(kv: KVNamespace): ClientStore {
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

  const find = async (site: string, name: string) =>
    (await labels()).find((label) => label.site === site && label.name === name);

  return {
    async list() {
      const all = (await labels()).map(async ({ hash, hint }) => {
        const record = parseClientRecord((await kv.get(`${PREFIX}${hash}`)) ?? '');
        return record && { ...record, hint };
      });
      return (await Promise.all(all)).filter((client) => client !== undefined);
    },
    has: async (site, name) => (await find(site, name)) !== undefined,
    async add(key, record) {
      const metadata: Label = { name: record.name, site: record.site, hint: hintOf(key) };
      await kv.put(`${PREFIX}${hashOfKey(key)}`, JSON.stringify(record), { metadata });
    },
    async revoke(site, name) {
      const label = await find(site, name);
      if (label) await kv.delete(`${PREFIX}${label.hash}`);
      return label?.hash;
    },
  };
}
