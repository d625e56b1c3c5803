/** Clients by their virtual keys, compared by hash: a look-up by SHA-256 tells nothing about how near a guess was. */
import { createHash } from 'node:crypto';
import type { Client } from './site.ts';

/** A client as its key names it, whatever the site. */
export type KnownClient = Omit<Client, 'kind' | 'site'>;

const hashOf = (key: string): string => createHash('sha256').update(key).digest('hex');

/** @param clients The bootstrap clients of `CLIENT_KEYS`. @returns A look-up by key. */
export function createClients(clients: readonly (KnownClient & { key: string })[]) {
  const byHash = new Map<string, KnownClient>(clients.map(({ key, ...client }) => [hashOf(key), client]));
  return (key: string): KnownClient | undefined => byHash.get(hashOf(key));
}
