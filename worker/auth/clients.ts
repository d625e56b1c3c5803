/** Finds clients by their virtual keys. Look-up is by SHA-256, so its timing does not tell how near a guess was. */
import { createHash } from 'node:crypto';
import { DEFAULT_SITE } from '../sites/sites.ts';
import type { Client } from './caller.ts';

/** A client as its key identifies it. `site`: the id of its site. */
export type KnownClient = Omit<Client, 'kind' | 'site'> & { site: string };

const hashOf = (key: string): string => createHash('sha256').update(key).digest('hex');

/** @param clients The clients of `CLIENT_KEYS`, which belong to the site `default`. @returns A look-up by key; undefined for an unknown key. */
export function createClients(clients: readonly (Omit<KnownClient, 'site'> & { key: string })[]) {
  const byHash = new Map<string, KnownClient>(
    clients.map(({ key, ...client }) => [hashOf(key), { ...client, site: DEFAULT_SITE }]),
  );
  return async (key: string): Promise<KnownClient | undefined> => byHash.get(hashOf(key));
}
