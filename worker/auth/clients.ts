/**
 * Finds clients by their virtual keys: those of the variable `CLIENT_KEYS`, then those that the owner has made, which
 * are in KV under the SHA-256 of their key. KV then holds no key that a reader of it could use, and the time of a look-up
 * does not tell how near a guess was.
 */
import { createHash } from 'node:crypto';
import { createLooks, isWithin, REFRESH_MS } from '../shared/copies.ts';
import { type Failure, fail, type Result, succeed } from '../shared/failure.ts';
import type { Log } from '../shared/log.ts';
import { keepNewest } from '../shared/newest.ts';
import { DEFAULT_SITE } from '../sites/sites.ts';
import { type ClientRecord, clientOf, hasExpired, type KnownClient, parseClientRecord } from './client-record.ts';

/** For so long an isolate remembers that a key is unknown. */
const UNKNOWN_MS = 30_000;
/** Strangers' keys cannot push out those that are known. */
const MAX_KNOWN = 1_000;
const MAX_UNKNOWN = 1_000;
const RETRY_SECONDS = 5;
const UNREAD: Failure = {
  ...{ reason: 'UPSTREAM_UNAVAILABLE', ran: 'no', retryAfterSeconds: RETRY_SECONDS },
  cause: 'a client could not be read from KV',
};

/** `pk_` and 128 bits in base64url, whose last character carries two of them. */
const MADE_KEY = /^pk_[A-Za-z0-9_-]{21}[AQgw]$/;

export interface ClientsOptions {
  /** The clients of `CLIENT_KEYS`, which belong to the site `default`. */
  bootstrap: readonly (Omit<KnownClient, 'site'> & { key: string })[];
  /** A client's record from KV by the hash of its key, or null. */
  read: (hash: string) => Promise<string | null>;
  /** Unix milliseconds. */
  now: () => number;
  pause: (ms: number) => Promise<unknown>;
  waitUntil: (promise: Promise<unknown>) => void;
  log: Log;
}

export interface Clients {
  /**
   * @param isKnownOnly Looks in memory alone, for a caller that is refused anyway.
   * @returns undefined for a key that is unknown, revoked or expired. Fails with `UPSTREAM_UNAVAILABLE` where
   *   KV does not answer and the key is not known, and with `CONFIG_BROKEN` where its record breaks a rule.
   */
  find(key: string, isKnownOnly: boolean): Promise<Result<KnownClient | undefined>>;
  /** Forgets this isolate's copy of a client that has just been made or revoked. */
  forget(hash: string): void;
}

interface Known {
  record: ClientRecord;
  /** When KV last answered. */
  readAt: number;
  /** When it was last asked. */
  askedAt: number;
}

export const hashOfKey = (key: string): string => createHash('sha256').update(key).digest('hex');

/** 128 random bits. @param random Fills with random bytes. */
export const createKey = (random: (bytes: Uint8Array) => Uint8Array): string =>
  `pk_${random(new Uint8Array(16)).toBase64({ alphabet: 'base64url', omitPadding: true })}`;

export function createClients({ bootstrap, read, now, pause, waitUntil, log }: ClientsOptions): Clients {
  const ofVariables = new Map<string, KnownClient>(
    bootstrap.map(({ key, ...client }) => [hashOfKey(key), { ...client, site: DEFAULT_SITE }]),
  );
  const known = new Map<string, Known>();
  const unknownAt = new Map<string, number>();

  const looks = createLooks<Result<ClientRecord | undefined>>({ now, pause, waitUntil });

  /** Reads a record and remembers it. */
  async function look(hash: string, isLast: () => boolean): Promise<Result<ClientRecord | undefined>> {
    const askedAt = now();
    const before = known.get(hash);
    const keep = (record: ClientRecord, readAt: number): Result<ClientRecord> => {
      if (isLast()) keepNewest(known, hash, { record, readAt, askedAt }, MAX_KNOWN);
      return succeed(record);
    };
    try {
      const text = await read(hash);
      if (text === null) {
        if (isLast()) {
          known.delete(hash);
          keepNewest(unknownAt, hash, askedAt, MAX_UNKNOWN);
        }
        return succeed(undefined);
      }
      // A client that is known goes on as it was.
      const record = parseClientRecord(text) ?? before?.record;
      if (record) return keep(record, askedAt);
      log('client_broken', { client: hash, alarm: true });
      return fail({ reason: 'CONFIG_BROKEN', problem: 'the record of this key breaks a rule' });
    } catch (error) {
      log('client_unread', { error: String(error) });
      return before ? keep(before.record, before.readAt) : fail(UNREAD);
    }
  }

  async function recordOf(hash: string): Promise<Result<ClientRecord | undefined>> {
    const before = known.get(hash);
    const unknownSince = unknownAt.get(hash);
    if (before && isWithin(before.askedAt, REFRESH_MS, now())) return succeed(before.record);
    if (!before && unknownSince !== undefined && now() - unknownSince < UNKNOWN_MS) return succeed(undefined);
    const read = await looks.take(hash, before?.readAt, (isLast) => look(hash, isLast));
    return read ?? (before ? succeed(before.record) : fail(UNREAD));
  }

  return {
    async find(key, isKnownOnly) {
      const hash = hashOfKey(key);
      const own = ofVariables.get(hash);
      if (own || !MADE_KEY.test(key)) return succeed(own);
      const found = isKnownOnly ? succeed(known.get(hash)?.record) : await recordOf(hash);
      if (!found.ok) return found;
      const record = found.value;
      return succeed(record && !hasExpired(record, now()) ? clientOf(record) : undefined);
    },
    forget(hash) {
      known.delete(hash);
      looks.forget(hash);
      unknownAt.delete(hash);
    },
  };
}
