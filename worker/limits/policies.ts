import type { CountedCaller, CountedVisitor } from '../auth/site.ts';
import type { LimitReason } from '../shared/failure.ts';

const MINUTE = 60;
const DAY = 86400;
/** A session is a ticket's life and its renewals; a day covers any of them. */
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

/** So many attempts for each picture that a visitor may make. */
const ATTEMPTS_PER_PICTURE = 5;
/** Uploads cost no money, but space: so many, and so many MiB, of a visitor's address prefix a day. */
const UPLOADS_PER_DAY = 100;
const UPLOAD_MIB_PER_DAY = 200;
/** Of all visitors of a site: one IPv6 network has thousands of prefixes. Files live for two days, so 40 GiB at most. */
const SITE_UPLOAD_MIB_PER_DAY = 20480;
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
