/** Finds clients by their virtual keys. Look-up is by SHA-256, so its timing does not tell how near a guess was. */
import { createHash } from 'node:crypto';
import type { Client } from './site.ts';

/** A client as its key identifies it, independent of the site. */
export type KnownClient = Omit<Client, 'kind' | 'site'>;

const hashOf = (key: string): string => createHash('sha256').update(key).digest('hex');

/** @param clients The clients of `CLIENT_KEYS`. @returns A look-up by key; undefined for an unknown key. */
export function createClients(clients: readonly (KnownClient & { key: string })[]) {
  const byHash = new Map<string, KnownClient>(clients.map(({ key, ...client }) => [hashOf(key), client]));
  return (key: string): KnownClient | undefined => byHash.get(hashOf(key));
}
