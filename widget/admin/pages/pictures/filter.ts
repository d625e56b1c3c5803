/** Which pictures are shown. The address bar holds it, so that back, reload and a link keep it. */
import { dayOf } from '../../parts/format.ts';

export interface Filter {
  site?: string;
  /** `2026-11-29`, or `any`. */
  day: string;
  model?: string;
  /** A visitor's tag of today, whole, or a client's name. */
  who?: string;
  only?: 'reported' | 'wall';
}

export const ANY_DAY = 'any';

/** @param now Unix milliseconds. */
export function filterOf(query: URLSearchParams, now: number): Filter {
  const only = query.get('only');
  const [site, model, who] = ['site', 'model', 'who'].map((name) => query.get(name) || undefined);
  const isOnly = only === 'reported' || only === 'wall';
  const day = query.get('day') ?? '';
  return {
    // What was reported, or is on the wall, counts whatever day it was made.
    day: /^\d{4}-\d{2}-\d{2}$/.test(day) || day === ANY_DAY ? day : isOnly ? ANY_DAY : dayOf(now),
    ...(site && { site }),
    ...(model && { model }),
    ...(who && { who }),
    ...(isOnly && { only }),
  };
}

/** The part of the address, with what differs from the usual. */
export function queryOf({ day, ...others }: Filter, now: number): string {
  const usual = others.only ? ANY_DAY : dayOf(now);
  const query = new URLSearchParams(Object.entries({ ...others, ...(day !== usual && { day }) }) as [string, string][]);
  return query.size > 0 ? `?${query}` : '';
}

/**
 * Path of the owner's API.
 *
 * @param limit Rows of a page. Absent: as many as the API gives, which are all for a file.
 * @param before The `next` of the page before.
 */
export function apiPathOf({ day, ...others }: Filter, limit?: number, before?: string): string {
  const query = new URLSearchParams(Object.entries(others) as [string, string][]);
  if (day !== ANY_DAY) query.set('day', day);
  if (limit !== undefined) query.set('limit', String(limit));
  if (before !== undefined) query.set('before', before);
  return `/pictures?${query}`;
}

/** A visitor's tag as it is shown. */
export const tagOf = (visitor: string): string => visitor.slice(0, 4);
