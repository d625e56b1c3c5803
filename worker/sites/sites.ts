/**
 * The sites of the deployment. A site is a record in KV under `site:{id}`, or, for `default` while KV has none, the
 * variables. An isolate remembers each record for {@link REFRESH_MS} and keeps its last good copy: a record that breaks
 * a rule, or a KV that does not answer, changes nothing for a site that was known. A site that was never read is refused.
 */

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

/** With KV's own cache of {@link CACHE_SECONDS}, a change holds within a minute. */
export const REFRESH_MS = 25_000;
export const CACHE_SECONDS = 30;
/** A request waits no longer than this for a newer copy of a record that is known. */
const NEWER_TIMEOUT_MS = 150;
/** Nothing is known yet, so a request waits longer. */
const FIRST_TIMEOUT_MS = 2_000;
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
  /** Told once for each text of a record that breaks a rule. */
  onBroken?: (id: string, problem: string) => void;
}

interface Known {
  /** The text that was last read, to see whether it changed. undefined: KV has never answered. */
  text: string | null | undefined;
  /** What is in force: an entry, or why there is none. */
  state: { entry: () => SiteEntry } | 'unknown' | 'unread' | { problem: string };
  readAt: number;
}

export function createSites(options: SitesOptions): Sites {
  const { read, lastGood, parse, fallback, now, pause, waitUntil, log, onBroken } = options;
  const known = new Map<string, Known>();

  /** What is in force where KV has no record. */
  const without = (id: string): Known['state'] => (id === DEFAULT_SITE ? { entry: fallback } : 'unknown');

  /** A broken record leaves the last good one in force. */
  async function afterBroken(id: string, problem: string, before: Known | undefined): Promise<Known['state']> {
    log('site_broken', { site: id, problem, alarm: true });
    onBroken?.(id, problem);
    if (before && typeof before.state === 'object' && 'entry' in before.state && before.text !== null)
      return before.state;
    const good = await lastGood.read(id);
    const parsed = good === null ? undefined : await parse(id, good);
    return parsed && 'entry' in parsed ? parsed : { problem };
  }

  async function keep(id: string, text: string): Promise<void> {
    try {
      if ((await lastGood.read(id)) !== text) await lastGood.write(id, text);
    } catch (error) {
      log('site_unkept', { site: id, error: String(error) });
    }
  }

  async function look(id: string, readAt: number): Promise<void> {
    const before = known.get(id);
    const note = (text: Known['text'], state: Known['state']): void =>
      keepNewest(known, id, { text, state, readAt }, MAX_KNOWN);
    try {
      const text = await read(id);
      if (before && text === before.text) return note(text, before.state);
      if (text === null) return note(null, without(id));
      const epoch = endedEpoch(id, text);
      if (epoch !== undefined) {
        return note(text, { entry: () => inEpoch(fallback(), epoch) });
      }
      const parsed = await parse(id, text);
      if ('problem' in parsed) return note(text, await afterBroken(id, parsed.problem, before));
      note(text, parsed);
      waitUntil(keep(id, text));
    } catch (error) {
      log('site_unread', { site: id, error: String(error) });
      note(before?.text, before?.state ?? 'unread');
    }
  }

  return {
    forget: (id) => void known.delete(id),
    async find(id) {
      if (!isSiteId(id)) return fail({ reason: 'SITE_UNKNOWN' });
      const before = known.get(id);
      const maxAgeMs = before?.state === 'unread' ? UNREAD_MS : REFRESH_MS;
      if (!before || now() < before.readAt || now() - before.readAt >= maxAgeMs) {
        const startedAt = now();
        // Requests beside this one use the copy that there is.
        if (before) before.readAt = startedAt;
        const looking = look(id, startedAt);
        waitUntil(looking);
        const isKnown = before !== undefined && before.state !== 'unread';
        await Promise.race([looking, pause(isKnown ? NEWER_TIMEOUT_MS : FIRST_TIMEOUT_MS)]);
      }
      const state = known.get(id)?.state ?? 'unread';
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
