import type { CountedCaller, CountedVisitor } from '../auth/site.ts';
import type { LimitReason } from '../shared/failure.ts';

const MINUTE = 60;
const DAY = 86400;
/** A session is a ticket with its renewals. A day is longer than any session. */
const SESSION = DAY;
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

/** `limit` units per `windowSeconds`, for one id. */
export interface WindowPolicy {
  /** Names the policy in KV keys and in the `RateLimit` fields. */
  name: string;
  /** The id that is counted, never a raw address. */
  who: string;
  limit: number;
  windowSeconds: number;
  reason: LimitReason;
  /** Units of one act; default 1. */
  units?: number;
  /** Counts attempts, which are never given back. Absent: counts pictures; a call that did not run is given back. */
  perAttempt?: true;
}

/** Attempts allowed for each picture that a visitor may make. */
const ATTEMPTS_PER_PICTURE = 5;
/** Uploads cost space and no money. Limits per address prefix and day. */
const UPLOADS_PER_DAY = 100;
const UPLOAD_MIB_PER_DAY = 200;
/** All visitors of a site: one IPv6 network has thousands of prefixes. Files live for two days, so 40 GiB at most. */
const SITE_UPLOAD_MIB_PER_DAY = 20480;

/** The policies that count a generation of this caller, narrowest first. */
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
    dayPolicyOf(caller),
    policy('site-minute', site.id, site.sitePerMinute, MINUTE, 'SITE_MINUTE'),
    ...attemptPoliciesOf(caller),
  ];
}

/** The policy that counts a visitor's pictures of a day. */
export const dayPolicyOf = ({ site, prefix }: Pick<CountedVisitor, 'site' | 'prefix'>): WindowPolicy =>
  policy('visitor-day', `${site.id}.${prefix}`, site.visitorPerDay, DAY, 'VISITOR_DAY');

/**
 * The policies that count a visitor's attempts, with any outcome. A call that the provider refuses is free and does not
 * count as a picture. Without this limit, a prompt that is always refused could use up the owner's quota.
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

/**
 * The policies that count an upload of this caller. Clients have none, because they belong to the site owner.
 *
 * @param bytes The announced size, or the largest allowed one.
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
