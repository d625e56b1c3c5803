/**
 * The sites of the deployment. A site is a record in KV under `site:{id}`, or, for `default` while KV has none, the
 * variables. An isolate keeps a copy of each record ({@link createLooks}) and of the last that was good: a record that breaks
 * a rule, or a KV that does not answer, changes nothing for a site that was known. A site that was never read is refused.
 */

import { createLooks, isWithin, REFRESH_MS } from '../shared/copies.ts';
import { fail, type Result, succeed } from '../shared/failure.ts';
import type { Log } from '../shared/log.ts';
import { keepNewest } from '../shared/newest.ts';
import type { SiteEntry } from './site.ts';

export const DEFAULT_SITE = 'default';

/** Ids are part of addresses, names of objects and keys in R2. */
export const isSiteId = (id: string): boolean => /^[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?$/.test(id);

/**
 * What KV keeps of `default` when its record is deleted after its owner has ended tickets: their number, so that they
 * stay ended. No record is like it, because a record has origins.
 */
export const endedText = (epoch: number): string => JSON.stringify({ epoch });
/** @returns The epoch of {@link endedText}; undefined for anything else. */
export function endedEpoch(id: string, text: string): number | undefined {
  const epoch = id === DEFAULT_SITE ? /^\{"epoch":(\d{1,10})\}$/.exec(text)?.[1] : undefined;
  return epoch === undefined ? undefined : Number(epoch);
}

export const inEpoch = (entry: SiteEntry, epoch: number): SiteEntry => ({ ...entry, site: { ...entry.site, epoch } });

/** A site that could not be read is asked for again soon. */
const UNREAD_MS = 1_000;
const RETRY_SECONDS = 5;
/** Sites, and names that are no site, which an isolate remembers. */
const MAX_KNOWN = 1_000;

export interface Sites {
  /** Finds a site. Fails with `SITE_UNKNOWN`, with `CONFIG_BROKEN`, or with `UPSTREAM_UNAVAILABLE` where KV does not answer. */
  find(id: string): Promise<Result<SiteEntry>>;
  /** Forgets this isolate's copy of a record that has just been written. */
  forget(id: string): void;
}

/** A record as it was read: what it means, or which rule it breaks. */
export type ReadRecord = { entry: () => SiteEntry } | { problem: string };

export interface SitesOptions {
  /** The record's text from KV, or null. */
  read: (id: string) => Promise<string | null>;
  /** The last record of a site that broke no rule, for an isolate that starts while KV holds a broken one. */
  lastGood: { read(id: string): Promise<string | null>; write(id: string, text: string): Promise<void> };
  parse: (id: string, text: string) => Promise<ReadRecord> | ReadRecord;
  /** The site of the variables. */
  fallback: () => SiteEntry;
  now: () => number;
  pause: (ms: number) => Promise<unknown>;
  waitUntil: (promise: Promise<unknown>) => void;
  log: Log;
  /** Told once for each text of a record that breaks a rule, and whether a good copy is in force. */
  onBroken?: (id: string, problem: string, isKept: boolean) => void;
}

interface Known {
  /** The text that was last read, to see whether it changed. undefined: KV has never answered. */
  text: string | null | undefined;
  /** What is in force: an entry, or why there is none. */
  state: { entry: () => SiteEntry } | 'unknown' | 'unread' | { problem: string };
  /** When KV last answered. */
  readAt: number;
  /** When it was last asked. */
  askedAt: number;
}

export function createSites(options: SitesOptions): Sites {
  const { read, lastGood, parse, fallback, now, pause, waitUntil, log, onBroken } = options;
  const known = new Map<string, Known>();
  const looks = createLooks<Known['state']>({ now, pause, waitUntil });

  /** What is in force where KV has no record. */
  const without = (id: string): Known['state'] => (id === DEFAULT_SITE ? { entry: fallback } : 'unknown');

  /** Whether KV had a record, and not the site of the variables. */
  const hasRecord = (id: string, { text }: Known): boolean =>
    typeof text === 'string' && endedEpoch(id, text) === undefined;

  /** A broken record leaves the last good one in force. */
  async function afterBroken(id: string, problem: string, before: Known | undefined): Promise<Known['state']> {
    log('site_broken', { site: id, problem, alarm: true });
    const kept = await lastGoodOf(id, before);
    onBroken?.(id, problem, kept !== undefined);
    return kept ?? { problem };
  }

  async function lastGoodOf(id: string, before: Known | undefined): Promise<{ entry: () => SiteEntry } | undefined> {
    if (before && hasRecord(id, before) && typeof before.state === 'object' && 'entry' in before.state)
      return before.state;
    const good = await lastGood.read(id);
    const parsed = good === null ? undefined : await parse(id, good);
    return parsed && 'entry' in parsed ? parsed : undefined;
  }

  async function keep(id: string, text: string): Promise<void> {
    try {
      if ((await lastGood.read(id)) !== text) await lastGood.write(id, text);
    } catch (error) {
      log('site_unkept', { site: id, error: String(error) });
    }
  }

  /** Reads a record and remembers it. @returns What is in force. */
  async function look(id: string, isLast: () => boolean): Promise<Known['state']> {
    const before = known.get(id);
    const askedAt = now();
    const note = (text: Known['text'], state: Known['state'], readAt = askedAt): Known['state'] => {
      if (isLast()) keepNewest(known, id, { text, state, readAt, askedAt }, MAX_KNOWN);
      return state;
    };
    try {
      const text = await read(id);
      if (before && text === before.text) return note(text, before.state);
      if (text === null) return note(null, without(id));
      const epoch = endedEpoch(id, text);
      if (epoch !== undefined) return note(text, { entry: () => inEpoch(fallback(), epoch) });
      const parsed = await parse(id, text);
      if ('problem' in parsed) return note(text, await afterBroken(id, parsed.problem, before));
      waitUntil(keep(id, text));
      return note(text, parsed);
    } catch (error) {
      log('site_unread', { site: id, error: String(error) });
      return note(before?.text, before?.state ?? 'unread', before?.readAt);
    }
  }

  async function stateOf(id: string): Promise<Known['state']> {
    const before = known.get(id);
    const isUnread = before?.state === 'unread';
    if (before && isWithin(before.askedAt, isUnread ? UNREAD_MS : REFRESH_MS, now())) return before.state;
    const read = await looks.take(id, isUnread ? undefined : before?.readAt, (isLast) => look(id, isLast));
    return read ?? before?.state ?? 'unread';
  }

  return {
    forget(id) {
      known.delete(id);
      looks.forget(id);
    },
    async find(id) {
      if (!isSiteId(id)) return fail({ reason: 'SITE_UNKNOWN' });
      const state = await stateOf(id);
      if (state === 'unknown') return fail({ reason: 'SITE_UNKNOWN' });
      if (state === 'unread') {
        const cause = `the site ${id} could not be read from KV`;
        return fail({ reason: 'UPSTREAM_UNAVAILABLE', ran: 'no', retryAfterSeconds: RETRY_SECONDS, cause });
      }
      // Its origins are not known, so every page may read this. Field and rule are the owner's, and are in the log.
      if ('problem' in state)
        return fail({ reason: 'CONFIG_BROKEN', problem: `the record of the site ${id} breaks a rule` });
      return succeed(state.entry());
    },
  };
}
