/**
 * The catalog with the changes from KV. The key `catalog` holds changes in the form of the variable `CATALOG`, and they
 * apply on top of it. So a new model or price needs no deployment.
 *
 * The request that finds the copy too old reads KV, at most once in {@link REFRESH_MS}, and waits at most
 * {@link TIMEOUT_MS}. On any error the last good catalog stays in force. Changes that break a rule are logged and not
 * applied: a typing error neither stops pictures nor brings back a price that was already corrected.
 */
import type { Log } from '../shared/log.ts';
import type { Catalog } from './model.ts';
import { applyCatalogOverrides } from './overrides.ts';

/** A little under a minute, so a change is in force within one minute in every isolate that gets requests. */
export const REFRESH_MS = 55_000;
export const TIMEOUT_MS = 150;
const POLL_MS = 10;

export interface CatalogSource {
  /** The catalog in force in this isolate. */
  readonly catalog: Catalog;
  /** Reads KV if the last read is too old. Called before a request uses the catalog; never throws. */
  refresh(): Promise<void>;
  /** Puts changes in force that this isolate has written itself, since KV may show its old copy for a minute. */
  adopt(changes: string): void;
}

export interface CatalogSourceOptions {
  /** The catalog of this version and its variable. */
  base: Catalog;
  read: () => Promise<string | null>;
  /** The last changes that broke no rule, for an isolate that starts while KV holds broken ones. */
  lastGood: { read(): Promise<string | null>; write(changes: string): Promise<void> };
  /** Called with every catalog that comes into force, the first included. */
  onCatalog?: (catalog: Catalog) => void;
  /** Unix milliseconds. */
  now: () => number;
  pause: (ms: number) => Promise<unknown>;
  waitUntil: (promise: Promise<unknown>) => void;
  log: Log;
}

export function createCatalogSource(options: CatalogSourceOptions): CatalogSource {
  const { base, read, lastGood, onCatalog = () => undefined, now, pause, waitUntil, log } = options;
  let catalog = base;
  let seen: string | null = null;
  let isFromKv = false;
  let lookedAt = Number.NEGATIVE_INFINITY;
  let hasLooked = false;
  onCatalog(base);

  /** @returns The problem with the changes; undefined once they are in force. */
  function apply(changes: string | null): string | undefined {
    const outcome = changes?.trim() ? applyCatalogOverrides(base, changes) : { catalog: base };
    if ('problem' in outcome) return withoutValues(outcome.problem);
    catalog = outcome.catalog;
    isFromKv = changes !== null;
    log('catalog_changed', { models: catalog.length });
    onCatalog(catalog);
    return undefined;
  }

  async function look(): Promise<void> {
    try {
      const changes = await read();
      if (changes === seen) return;
      seen = changes;
      const problem = apply(changes);
      if (problem !== undefined) {
        log('catalog_broken', { problem, alarm: true });
        // An isolate that has just started has no good copy of its own.
        const good = isFromKv ? null : await lastGood.read();
        if (good !== null) apply(good);
      } else if (changes !== null) {
        waitUntil(keep(changes));
      }
    } catch (error) {
      log('catalog_unread', { error: String(error) });
    }
  }

  async function keep(changes: string): Promise<void> {
    try {
      if ((await lastGood.read()) !== changes) await lastGood.write(changes);
    } catch (error) {
      log('catalog_unkept', { error: String(error) });
    }
  }

  return {
    get catalog() {
      return catalog;
    },
    adopt(changes) {
      lookedAt = now();
      seen = changes;
      apply(changes);
    },
    async refresh() {
      if (now() - lookedAt >= REFRESH_MS) {
        lookedAt = now();
        const looking = look();
        waitUntil(looking);
        await Promise.race([looking, pause(TIMEOUT_MS)]);
        hasLooked = true;
      }
      // Requests that arrive during the first read wait as well. They poll instead of awaiting its promise, which may
      // end with the request that made it.
      for (let waited = 0; !hasLooked && waited < TIMEOUT_MS; waited += POLL_MS) await pause(POLL_MS);
      hasLooked = true;
    },
  };
}

/** Keeps path and rule. A value may be an API key in the wrong place, so values do not reach the log. */
const withoutValues = (problem: string): string => problem.replace(/"(?:[^"\\]|\\.)*"/g, '"…"');
