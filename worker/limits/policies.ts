import type { CountedCaller, CountedVisitor } from '../auth/caller.ts';
import type { LimitReason } from '../shared/failure.ts';
import type { Site } from '../sites/site.ts';

const MINUTE = 60;
const DAY = 86400;
/** A session is one ticket: its renewal is another, for another proof. A day is longer than any session. */
const SESSION = DAY;
const policy = (
  name: string,
  who: string,
  limit: number,
  windowSeconds: number,
  reason: LimitReason,
  edge?: EdgeRecord,
): WindowPolicy => ({
  ...{ name, who, limit, windowSeconds, reason },
  ...(edge && { edge }),
});

/** `limit` units per `windowSeconds`, for one id. */
export interface WindowPolicy {
  /** Names the policy in records at the edge and in the `RateLimit` fields. */
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
  /** Counts the model's refusals, once they are settled; after the first also calls under way (`judgeRefusals`). */
  perRefusal?: true;
  /**
   * `who` is an id of this UTC day, because an address is hashed with a salt of its day. So the count begins anew at
   * midnight, whatever the window.
   */
  endsWithDay?: true;
  /** Where the edge counts as well. Absent: the ledger alone counts. */
  edge?: EdgeRecord;
}

/** Seconds until a refused policy has room, where its window says `seconds`. @param now Unix milliseconds. */
export const retryAfter = ({ endsWithDay }: WindowPolicy, seconds: number, now: number): number =>
  endsWithDay ? Math.min(seconds, DAY - (Math.floor(now / 1000) % DAY)) : seconds;

/** A record of counts at the edge. Policies with the same record are read at once and written at once. */
export interface EdgeRecord {
  name: string;
  who: string;
  /**
   * `memory`: in each isolate, never in KV. `visitor`: in KV, written with each act; `who` is an id of this UTC day.
   * `total`: in KV, counts many visitors, so an isolate writes it at most once a minute.
   */
  kind: 'memory' | 'visitor' | 'total';
}

/** Attempts allowed for each picture that a visitor may make. */
const ATTEMPTS_PER_PICTURE = 5;
/** A network has so many visitors' attempts: one customer's /48 has 65,536 prefixes, and failures are free. */
const VISITORS_PER_NETWORK = 4;
/** So many refusals of the model within ten minutes lock an address prefix: tickets are free, so it is no ticket's lock. */
const REFUSALS = 5;
const REFUSALS_SECONDS = 600;
/** Uploads cost space and no money. Limits per address prefix and day. */
const UPLOADS_PER_DAY = 100;
const UPLOAD_MIB_PER_DAY = 200;
/** All visitors of a site: one IPv6 network has thousands of prefixes. Files live for two days, so 40 GiB at most. */
const SITE_UPLOAD_MIB_PER_DAY = 20480;
/** Renditions of a deployment. Every transformation is billed. One site alone cannot use them up. */
const RENDITIONS_PER_DAY = 2000;
const SITE_RENDITIONS_PER_DAY = 1000;

const ofDay = (limit: WindowPolicy): WindowPolicy => ({ ...limit, endsWithDay: true });

type Address = Pick<CountedVisitor, 'site' | 'prefix'>;
const idOf = ({ site, prefix }: Address): string => `${site.id}.${prefix}`;

/** All counts of a visitor. */
const recordOf = (visitor: Address): EdgeRecord => ({ name: 'visitor', who: idOf(visitor), kind: 'visitor' });

/** The policies that count a generation of this caller, narrowest first. */
export function policiesOf(caller: CountedCaller): WindowPolicy[] {
  const { site } = caller;
  if (caller.kind === 'client') {
    if (caller.perMinute === undefined) return [];
    return [policy('client', `${site.id}.${caller.name}`, caller.perMinute, MINUTE, 'CLIENT_LIMIT')];
  }
  const record = recordOf(caller);
  return [
    ofDay(policy('visitor-minute', idOf(caller), site.visitorPerMinute, MINUTE, 'VISITOR_MINUTE', record)),
    policy('session', `${site.id}.${caller.session}`, caller.uses, SESSION, 'SESSION_SPENT', record),
    dayPolicyOf(caller),
    policy('site-minute', site.id, site.sitePerMinute, MINUTE, 'SITE_MINUTE'),
    ...attemptPoliciesOf(caller),
  ];
}

/** The id that a policy counts, without its site: of a visitor's policies, the name of its address prefix. */
export const idIn = ({ who }: WindowPolicy): string => who.slice(who.indexOf('.') + 1);

/** The policy that counts a visitor's pictures of a day. */
export const dayPolicyOf = (visitor: Address): WindowPolicy =>
  ofDay(policy('visitor-day', idOf(visitor), visitor.site.visitorPerDay, DAY, 'VISITOR_DAY', recordOf(visitor)));

/**
 * The policies that count attempts of a visitor and of the network around it, with any outcome. A call that the provider
 * refuses is free and does not count as a picture. Without these limits, a prompt that is always refused could use up the
 * owner's quota. The last of them locks the address for a while after refusals of the model.
 */
export function attemptPoliciesOf(visitor: CountedVisitor): WindowPolicy[] {
  const { site } = visitor;
  const who = idOf(visitor);
  return [
    ...attemptsOf('attempts', who, site, ATTEMPTS_PER_PICTURE),
    ...attemptsOf(
      'network-attempts',
      `${site.id}.${visitor.network}`,
      site,
      ATTEMPTS_PER_PICTURE * VISITORS_PER_NETWORK,
    ),
    { ...ofDay(policy('refusals', who, REFUSALS, REFUSALS_SECONDS, 'VISITOR_ATTEMPTS')), perRefusal: true },
  ];
}

/** Attempts of a minute and of a day, which one counter has. @param times As many as pictures of one visitor. */
function attemptsOf(
  name: string,
  who: string,
  { visitorPerMinute, visitorPerDay }: Site,
  times: number,
): WindowPolicy[] {
  const attempts = (period: string, pictures: number, windowSeconds: number): WindowPolicy => ({
    ...ofDay(policy(`${name}-${period}`, who, pictures * times, windowSeconds, 'VISITOR_ATTEMPTS')),
    // The ledger has the exact count, and a write to KV for each attempt would cost more.
    edge: { name, who, kind: 'memory' },
    perAttempt: true,
  });
  return [attempts('minute', visitorPerMinute, MINUTE), attempts('day', visitorPerDay, DAY)];
}

/**
 * The policies that count an upload of this caller. Clients have none, because they belong to the site owner.
 *
 * @param bytes The announced size, or the largest allowed one.
 */
export function uploadPoliciesOf(caller: CountedCaller, bytes: number): WindowPolicy[] {
  if (caller.kind === 'client') return [];
  const units = Math.ceil(bytes / (1024 * 1024));
  const record = recordOf(caller);
  const total: EdgeRecord = { name: 'site-upload-mib', who: caller.site.id, kind: 'total' };
  return [
    ofDay(policy('uploads', record.who, UPLOADS_PER_DAY, DAY, 'VISITOR_DAY', record)),
    { ...ofDay(policy('upload-mib', record.who, UPLOAD_MIB_PER_DAY, DAY, 'VISITOR_DAY', record)), units },
    { ...policy(total.name, total.who, SITE_UPLOAD_MIB_PER_DAY, DAY, 'VISITOR_DAY', total), units },
  ];
}

/** The policies that count a rendition of a site's picture. Callers never see their reason: they get the original. */
export function renditionPoliciesOf(site: string): WindowPolicy[] {
  const total: EdgeRecord = { name: 'renditions', who: 'deployment', kind: 'total' };
  return [
    policy('renditions', total.who, RENDITIONS_PER_DAY, DAY, 'SITE_MINUTE', total),
    policy('renditions', `site.${site}`, SITE_RENDITIONS_PER_DAY, DAY, 'SITE_MINUTE', total),
  ];
}
