/**
 * Sliding windows over two counters: what was counted in this window, and the share of the last one that still
 * reaches into the sliding view. The standard approximation; it errs by the unevenness of the last window.
 */

import type { CountedCaller, CountedVisitor } from '../auth/site.ts';
import type { LimitReason } from '../shared/failure.ts';

/** `limit` units per `windowSeconds`, for one named thing. */
export interface WindowPolicy {
  /** Names the policy in KV keys and in the `RateLimit` fields. */
  name: string;
  /** What is counted: an id, never a raw address. */
  who: string;
  limit: number;
  windowSeconds: number;
  reason: LimitReason;
  /** What one act takes; absent: 1. */
  units?: number;
  /** Counts every attempt that may go up, and is never given back; absent: pictures, and what did not run is free. */
  perAttempt?: true;
}

/** Units counted in the current window and in the one before it. */
export interface WindowCounts {
  current: number;
  previous: number;
}

export interface WindowState {
  /** Units still free, never negative. */
  remaining: number;
  /** Seconds until there is room for one more act; 0 while there is. */
  retryAfterSeconds: number;
  /** Seconds until the current window ends, as the `t` of the `RateLimit` field. */
  resetSeconds: number;
}

const MINUTE = 60;
const DAY = 86_400;
/** A session is a ticket's life and its renewals; a day covers any of them. */
const SESSION = DAY;

/** The policies a generation of this caller is counted on, narrowest first. */
export function policiesOf(caller: CountedCaller): WindowPolicy[] {
  const { site } = caller;
  if (caller.kind === 'client') {
    if (caller.perMinute === undefined) return [];
    return [policy('client', `${site.id}.${caller.name}`, caller.perMinute, MINUTE, 'CLIENT_LIMIT')];
  }
  const visitor = `${site.id}.${caller.prefix}`;
  return [
    policy('visitor-minute', visitor, site.visitorPerMinute, MINUTE, 'VISITOR_MINUTE'),
    policy('session', `${site.id}.${caller.session}`, site.sessionUses, SESSION, 'SESSION_SPENT'),
    policy('visitor-day', visitor, site.visitorPerDay, DAY, 'VISITOR_DAY'),
    policy('site-minute', site.id, site.sitePerMinute, MINUTE, 'SITE_MINUTE'),
    ...attemptPoliciesOf(caller),
  ];
}

/** So many attempts for each picture that a visitor may make. */
export const ATTEMPTS_PER_PICTURE = 5;

/**
 * What a visitor may send up, whatever becomes of it. A call that the provider refuses is free and gives its picture
 * back, so without this a prompt that is always refused could be sent for ever, and use up the owner's quota.
 */
export function attemptPoliciesOf({ site, prefix }: CountedVisitor): WindowPolicy[] {
  const visitor = `${site.id}.${prefix}`;
  const attempts = (name: string, pictures: number, windowSeconds: number): WindowPolicy => ({
    ...policy(name, visitor, pictures * ATTEMPTS_PER_PICTURE, windowSeconds, 'VISITOR_ATTEMPTS'),
    perAttempt: true,
  });
  return [
    attempts('attempts-minute', site.visitorPerMinute, MINUTE),
    attempts('attempts-day', site.visitorPerDay, DAY),
  ];
}

/** Uploads cost no money, but space: so many, and so many MiB, of a visitor's address prefix a day. */
export const UPLOADS_PER_DAY = 100;
export const UPLOAD_MIB_PER_DAY = 200;
/** Of all visitors of a site: one IPv6 network has thousands of prefixes. Files live for two days, so 40 GiB at most. */
export const SITE_UPLOAD_MIB_PER_DAY = 20_480;

/**
 * The policies an upload of this caller is counted on; clients are the owner's own and have none.
 *
 * @param bytes As it was announced, or as many as it may have.
 */
export function uploadPoliciesOf(caller: CountedCaller, bytes: number): WindowPolicy[] {
  if (caller.kind === 'client') return [];
  const visitor = `${caller.site.id}.${caller.prefix}`;
  const mib = Math.ceil(bytes / (1024 * 1024));
  return [
    policy('uploads', visitor, UPLOADS_PER_DAY, DAY, 'VISITOR_DAY'),
    { ...policy('upload-mib', visitor, UPLOAD_MIB_PER_DAY, DAY, 'VISITOR_DAY'), units: mib },
    { ...policy('site-upload-mib', caller.site.id, SITE_UPLOAD_MIB_PER_DAY, DAY, 'VISITOR_DAY'), units: mib },
  ];
}

const policy = (
  name: string,
  who: string,
  limit: number,
  windowSeconds: number,
  reason: LimitReason,
): WindowPolicy => ({
  name,
  who,
  limit,
  windowSeconds,
  reason,
});

/** The number of the window that `now` falls in. Windows are aligned to the Unix epoch, so days are UTC days. */
export const windowIndex = (policy: WindowPolicy, now: number): number => Math.floor(now / policy.windowSeconds);

/**
 * Where a policy stands.
 *
 * @param now Unix time in seconds.
 */
export function windowState(policy: WindowPolicy, counts: WindowCounts, now: number): WindowState {
  const { limit, windowSeconds } = policy;
  const elapsed = now - windowIndex(policy, now) * windowSeconds;
  const used = counts.current + counts.previous * (1 - elapsed / windowSeconds);
  // Rounded up to whole units: 2.4 used of 3 leaves room for none, or the third would be the 3.4th.
  const remaining = Math.max(0, Math.floor(limit - used + 1e-9));
  const resetSeconds = Math.max(1, Math.ceil(windowSeconds - elapsed));
  const hasRoom = remaining >= (policy.units ?? 1);
  return { remaining, resetSeconds, retryAfterSeconds: hasRoom ? 0 : secondsUntilFree(policy, counts, elapsed) };
}

/** Solves for the time at which there is room: in this window as the last one fades, else as this one fades in the next. */
function secondsUntilFree(policy: WindowPolicy, { current, previous }: WindowCounts, elapsed: number): number {
  const { limit, windowSeconds, units = 1 } = policy;
  const room = limit - units;
  if (room < 0) return windowSeconds;
  if (current <= room && previous > 0) {
    // current + previous * (1 - t / window) = room
    const at = windowSeconds * (1 - (room - current) / previous);
    if (at <= windowSeconds) return Math.max(1, Math.ceil(at - elapsed));
  }
  // In the next window this one is the fading one: current * (1 - t / window) = room
  const into = current > 0 ? windowSeconds * (1 - room / current) : 0;
  return Math.max(1, Math.ceil(windowSeconds - elapsed + Math.max(0, into)));
}
