/** Clients by their virtual keys, compared by hash: a look-up by SHA-256 tells nothing about how near a guess was. */
import { createHash } from 'node:crypto';
import type { Caller } from '../domain/site.ts';

export type Client = Omit<Extract<Caller, { kind: 'client' }>, 'kind' | 'site'>;

const hashOf = (key: string): string => createHash('sha256').update(key).digest('hex');

/** @param clients The bootstrap clients of `CLIENT_KEYS`. @returns A look-up by key. */
export function createClients(clients: readonly (Client & { key: string })[]) {
  const byHash = new Map<string, Client>(clients.map(({ key, ...client }) => [hashOf(key), client]));
  return (key: string): Client | undefined => byHash.get(hashOf(key));
}
