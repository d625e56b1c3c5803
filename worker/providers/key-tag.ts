import { createHash } from 'node:crypto';

/**
 * By what a provider's key is called where people and logs read it. See `SignatureOrigin`. Keys are long and random, so
 * 32 bits of a digest do not reveal them.
 */
export const tagOf = (key: string): string => createHash('sha256').update(key).digest('hex').slice(0, 8);
