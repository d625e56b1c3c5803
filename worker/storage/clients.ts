/** Clients by their virtual keys, compared by hash: a look-up by SHA-256 tells nothing about how near a guess was. */
import { createHash } from 'node:crypto';

export interface Client {
  name: string;
  /** Absent: no limit but the budgets. */
  perMinute?: number;
}

const hashOf = (key: string): string => createHash('sha256').update(key).digest('hex');

/** @param clients The bootstrap clients of `CLIENT_KEYS`. @returns A look-up by key. */
export function createClients(clients: readonly { name: string; key: string }[]) {
  const byHash = new Map<string, Client>(clients.map(({ name, key }) => [hashOf(key), { name }]));
  return (key: string): Client | undefined => byHash.get(hashOf(key));
}
