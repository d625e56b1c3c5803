/**
 * Which pages may use a site. A page is judged by the one site that it asks for, never by the origins of other sites.
 * Programs other than browsers can send any `Origin`, so this is the first filter and the ticket is the next.
 */
import type { Failure } from '../shared/failure.ts';
import type { Site } from './site.ts';

/** Longest origin in a log line. */
const MAX_LOGGED = 200;

/** The page that sent a request. */
export interface PageOrigin {
  /** As in the header `Origin`. Absent: no page sent the request, but a server or a command line. */
  readonly name: string | undefined;
  /** Whether some site has judged it. An answer that no site has judged does not reach the page. */
  readonly isJudged: boolean;
  /** @returns Why pages of this origin may not use the site; undefined if they may, or if no page asks. */
  refusedBy(site: Pick<Site, 'id' | 'origins'>): Failure | undefined;
  /** Lets the page read an answer that no site has to judge. */
  allow(): void;
  /** For the owner's paths, which are in no site's list. @returns Why pages of another origin may not use them. */
  refusedUnlessOwn(): Failure | undefined;
}

export interface PageOriginOptions {
  /** In demo mode the worker's own pages may use every site: pictures cost nothing. */
  demo: boolean;
  /** The site for which the request comes from the worker's own framed page; undefined for any other page. */
  framedSite: (request: Request) => string | undefined;
}

/**
 * Reads the origin of a request. Browsers omit `Origin` from same-origin `GET`s but send `Sec-Fetch-Site`, which pages
 * cannot forge.
 */
export function readOrigin(request: Request, { demo, framedSite }: PageOriginOptions): PageOrigin {
  const own = new URL(request.url).origin;
  const sent = request.headers.get('Origin');
  const name = sent ?? (request.headers.get('Sec-Fetch-Site') === 'same-origin' ? own : undefined);
  let isJudged = name === undefined;
  return {
    name,
    get isJudged() {
      return isJudged;
    },
    refusedBy(site) {
      isJudged = true;
      if (name === undefined || isListed(site.origins, name)) return undefined;
      if (name === own && (demo || framedSite(request) === site.id)) return undefined;
      return denied(name);
    },
    refusedUnlessOwn() {
      isJudged = true;
      return name === undefined || name === own ? undefined : denied(name);
    },
    allow() {
      isJudged = true;
    },
  };
}

const denied = (origin: string): Failure => ({ reason: 'ORIGIN_DENIED', origin: origin.slice(0, MAX_LOGGED) });

/**
 * Whether a site lists an origin: exactly, or below a wildcard. `https://*.shop.example` stands for every host that ends
 * in `.shop.example`, however deep, and for `shop.example` itself it does not.
 */
export function isListed(listed: readonly string[], origin: string): boolean {
  return listed.some((entry) => {
    if (!entry.includes('*')) return entry === origin;
    return entry.startsWith(WILDCARD) && HOST.test(origin) && origin.endsWith(entry.slice(WILDCARD.length - 1));
  });
}

/** How an entry begins that stands for all hosts below a name. */
export const WILDCARD = 'https://*.';

/** An https origin with a host of plain labels: what a wildcard may stand for. */
const HOST = /^https:\/\/(?:[a-z0-9_](?:[a-z0-9_-]{0,62})\.)+[a-z0-9-]{1,63}(?::\d{1,5})?$/;
