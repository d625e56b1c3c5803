/** Finds out why a page gets no facts of its site, as far as a browser lets a page know. */
import type { Problem } from '../api/problem.ts';
import { blocked } from './policy.ts';

/** What only the owner can mend. */
export type Cause =
  /** The page's origin is not on the site's list. */
  | 'origin'
  /** The page's Content Security Policy blocks the worker. */
  | 'csp'
  /** The worker has no provider key that works. */
  | 'key'
  /** A variable of the worker is missing or wrong. */
  | 'variable'
  | 'paused'
  /** What answers at the endpoint is not Peel. */
  | 'wrong-worker'
  | 'site-name'
  /** A frame with the opaque origin `null`. */
  | 'sandboxed'
  /** A page opened from a disk. */
  | 'file'
  /** An `http:` endpoint on an `https:` page. */
  | 'insecure'
  /** The browser lacks what the element needs: the visitor's own trouble. */
  | 'browser';

export interface Diagnosis {
  cause: Cause;
  /** The exact line to add, or what the worker said; empty where there is none. */
  line: string;
  /** The directive of the page's policy that has sources already and lacks this one. */
  directive?: string;
}

/** Where the element stands. */
export interface Place {
  /** `null` for a file or a sandboxed frame. */
  origin: string;
  /** `https:`, `file:`, `about:` … */
  protocol: string;
  hostname: string;
}

export interface Symptoms {
  /** Why there are no facts. */
  problem: Problem;
  /** The answer, if there was one, with its body as JSON; undefined for any other body. */
  answer?: { body: unknown };
  place: Place;
  endpoint: string;
  site: string;
  /** Where the element's own script came from. */
  scriptOrigin: string;
  fetch: typeof fetch;
  /** Directives and origins that have been blocked, each with the policy that did. */
  policy?: ReadonlyMap<string, string>;
}

/** How a worker gets a provider's key. */
export const KEY_COMMAND = 'npm run setup -- --key';

export const thisPlace = (): Place => ({
  origin: self.origin,
  protocol: location.protocol,
  hostname: location.hostname,
});

/** @returns undefined where nothing points to the owner: it is the visitor's network, or a failure that passes. */
export async function diagnose(symptoms: Symptoms): Promise<Diagnosis | undefined> {
  if (isOutdated()) return { cause: 'browser', line: '' };
  const { problem, answer, place, endpoint, site, policy = blocked } = symptoms;
  const base = baseOf(endpoint);
  if (base === undefined) return { cause: 'wrong-worker', line: '' };
  if (answer && !isOfPeel(answer.body) && !isPassing(problem)) return { cause: 'wrong-worker', line: '' };
  switch (problem.reason) {
    case 'ORIGIN_DENIED':
      if (place.protocol === 'file:') return { cause: 'file', line: '' };
      if (place.origin === 'null') return { cause: 'sandboxed', line: embedAddress(base, site) };
      return { cause: 'origin', line: place.origin };
    case 'SITE_UNKNOWN':
      return { cause: 'site-name', line: `PUT /peel/admin/api/sites/${encodeURIComponent(site)}` };
    case 'CONFIG_BROKEN':
      return { cause: 'variable', line: problem.message };
    case 'KEY_INVALID':
      return { cause: 'key', line: KEY_COMMAND };
    case 'SITE_PAUSED':
      return { cause: 'paused', line: 'POST /peel/admin/api/pause' };
    case 'ANSWER_UNREADABLE':
    case 'NOT_FOUND':
    case 'METHOD_NOT_ALLOWED':
      // Peel answers these to other requests as well, but never to the one for a site's facts.
      return problem.unsent ? { cause: 'wrong-worker', line: '' } : undefined;
    case 'UNREACHABLE':
      return (await ofPolicy(policy, 'connect-src', base)) ?? ofSilence(symptoms, base);
    case 'PICTURE_UNREACHABLE':
      return ofPolicy(policy, 'img-src', base);
    default:
      return undefined;
  }
}

/** A request that the page's policy blocked, and what the policy lacks. */
async function ofPolicy(
  policy: ReadonlyMap<string, string>,
  directive: string,
  base: string,
): Promise<Diagnosis | undefined> {
  const { origin } = new URL(base);
  // The browser may name the blocked address only after it has failed the request.
  await new Promise((resolve) => setTimeout(resolve));
  const written = policy.get(`${directive} ${origin}`);
  if (written === undefined) return undefined;
  if (sourcesOf(written, directive)) return { cause: 'csp', line: origin, directive };
  // Without a directive of its own the request has the sources of `default-src`, which a new directive replaces.
  const kept = (sourcesOf(written, 'default-src') ?? ["'self'"]).filter(
    (source) => source === "'self'" || !source.startsWith("'"),
  );
  return { cause: 'csp', line: [directive, ...kept, origin].join(' ') };
}

const sourcesOf = (policy: string, directive: string): string[] | undefined =>
  policy
    .split(';')
    .map((part) => part.trim().split(/\s+/))
    .find(([name]) => name?.toLowerCase() === directive)
    ?.slice(1);

/** How long something else may take to answer. */
const ANSWER_MS = 5000;

/** A `fetch` that failed without an answer: foreign, or no network. */
async function ofSilence({ place, scriptOrigin, fetch }: Symptoms, base: string): Promise<Diagnosis | undefined> {
  const { origin, protocol, hostname } = new URL(base);
  if (place.protocol === 'https:' && protocol === 'http:' && !isOwnMachine(hostname)) {
    return { cause: 'insecure', line: `endpoint="${base.replace('http:', 'https:')}"` };
  }
  // Whatever served this script is a Peel worker, and an error page of its host has no CORS headers either.
  if (origin === scriptOrigin) return undefined;
  return (await answersOthers(base, fetch)) ? { cause: 'wrong-worker', line: '' } : undefined;
}

/** Whether anything is there. Peel lets every page read its refusals, so what cannot be read is not Peel. */
async function answersOthers(base: string, fetcher: typeof fetch): Promise<boolean> {
  try {
    await fetcher(`${base}/peel/health`, {
      mode: 'no-cors',
      credentials: 'omit',
      signal: AbortSignal.timeout(ANSWER_MS),
    });
    return true;
  } catch {
    // No network, no such host, or a blocker: none of them is the owner's.
    return false;
  }
}

/** The host of any worker may answer so for a while, in words of its own. */
const isPassing = ({ reason }: Problem): boolean => /^(UPSTREAM|DEADLINE)/.test(reason);

/** Facts, or Peel's error envelope. */
function isOfPeel(body: unknown): boolean {
  const { models, error } = (body ?? {}) as { models?: unknown; error?: { details?: unknown } };
  if (Array.isArray(models)) return true;
  const details = error?.details;
  return Array.isArray(details) && details.some((detail) => (detail as { domain?: unknown } | null)?.domain === 'peel');
}

/** The endpoint as an absolute address without a slash at its end; undefined if it is no web address. */
export function baseOf(endpoint: string): string | undefined {
  if (!URL.canParse(endpoint, document.baseURI)) return undefined;
  const { protocol, href } = new URL(endpoint, document.baseURI);
  return /^https?:$/.test(protocol) ? href.replace(/\/+$/, '') : undefined;
}

export const embedAddress = (base: string, site: string): string =>
  `${base}/embed.html?${new URLSearchParams({ site })}`;

/** Whether the page is seen by people who build it: on their machine, in their network, or from their disk. */
export const isPrivate = ({ hostname, protocol }: Place): boolean =>
  protocol === 'file:' ||
  isOwnMachine(hostname) ||
  /^(10\.\d+|192\.168|169\.254|172\.(1[6-9]|2\d|3[01]))\.\d+\.\d+$|\.(local|test|internal)$|^\[f[cde]/.test(hostname);

const isOwnMachine = (hostname: string): boolean => /^((.*\.)?localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname);

/** Whether the browser lacks what the element needs. */
export const isOutdated = (): boolean =>
  !(
    CSS.supports('container-type', 'inline-size') &&
    CSS.supports('color', 'color-mix(in srgb, red, blue)') &&
    'attachInternals' in HTMLElement.prototype &&
    'adoptedStyleSheets' in document &&
    'throwIfAborted' in AbortSignal.prototype &&
    'toSorted' in Array.prototype
  );
