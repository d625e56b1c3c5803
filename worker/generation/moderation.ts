/**
 * Asks the owner's moderation endpoint about a finished picture before it is shown. The manifest remembers that it may be shown.
 * Of a picture that was kept without a check, requests of an isolate share one question and its outcome, because visitors
 * must not decide how often an owner's check is called.
 */
import { readBoundedText } from '../shared/bounded-text.ts';
import { isWithin } from '../shared/copies.ts';
import { parseJsonObject } from '../shared/json.ts';
import type { Log } from '../shared/log.ts';
import { keepNewest } from '../shared/newest.ts';
import { postSigned, type SignedPostOptions } from '../shared/signed-post.ts';
import type { Site } from '../sites/site.ts';
import type { Manifest } from '../storage/manifest.ts';
import type { Manifests } from '../storage/manifests.ts';
import { isShown, type Verdict } from './verdict.ts';

/** The endpoint must answer within it. */
const ANSWER_MS = 10_000;
/** An endpoint that does not answer is asked once more. */
const TRIES = 2;
/** What is cut off is no answer. */
const MAX_ANSWER_BYTES = 64 * 1024;
/** Longest reason in a log line. */
const MAX_REASON = 200;
/** Both tries, with what is stored or deleted after them. No request waits longer for another's question. */
const CLEARING_MS = TRIES * ANSWER_MS + 5_000;
/** How long the outcome of such a question is remembered, silence too. */
const REMEMBERED_MS = 10_000;
/** Pictures remembered by an isolate. The oldest are forgotten first. */
const MAX_REMEMBERED = 1000;
/** By then the caches have what was read before a refusal. */
const SWEEP_AFTER_MS = 10_000;

export interface ModerationConfig {
  url: string;
  /** Signs what is asked. */
  secret: string;
  /** Whether a picture is shown if the endpoint does not answer. */
  onFailure: 'open' | 'closed';
}

export interface ReviewRequest {
  site: string;
  /** Origin of the deployment, where the endpoint fetches the picture. */
  origin: string;
  manifest: Pick<Manifest, 'id' | 'images'>;
}

/** A kept answer's place, and the origin of the deployment. */
export interface KeptAt {
  site: Pick<Site, 'id' | 'retention'>;
  key: string;
  origin: string;
}

export interface Moderator {
  /** All pictures of an answer. The gravest verdict counts. Never rejects. */
  review(request: ReviewRequest): Promise<Verdict>;
  /**
   * Has an answer judged that was kept before the endpoint was set.
   *
   * @returns The answer as it may be shown; undefined if it is refused, and then it is deleted.
   * @throws If the endpoint does not answer and the owner shows nothing unchecked, and R2's errors.
   */
  clear(manifest: Manifest, at: KeptAt, stores: ClearStores): Promise<Manifest | undefined>;
}

export interface ClearStores {
  manifests: Pick<Manifests, 'put' | 'delete'>;
  /** Deletes the pictures of an answer, from caches too. Idempotent. */
  remove(manifest: Pick<Manifest, 'id' | 'images'>): Promise<void>;
}

export interface ModeratorOptions extends ModerationConfig, SignedPostOptions {
  /** An address that opens for the endpoint: a private picture's is signed. */
  addressOf: (origin: string, id: string, n: number, mimeType: string) => string;
  abortAfter: (ms: number) => AbortSignal;
  pause: (ms: number) => Promise<unknown>;
  /** Lets a question be answered after the request that asked first has ended. */
  waitUntil: (promise: Promise<unknown>) => void;
  log: Log;
}

/** A question about a kept answer. `at`: when it was put or, once it `isAnswered`, answered, in Unix milliseconds. */
interface Clearing {
  verdict: Promise<Verdict>;
  at: number;
  isAnswered: boolean;
}

const GRAVEST: readonly Verdict[] = ['refused', 'unchecked_hidden', 'unchecked_shown'];

export function createModerator(options: ModeratorOptions): Moderator {
  const { url, secret, onFailure, addressOf, now, abortAfter, pause, waitUntil, log } = options;
  /** By picture id. */
  const clearings = new Map<string, Clearing>();

  async function ask(body: string): Promise<{ allow: boolean; reason?: unknown }> {
    const answer = await postSigned({ url, secret, body, signal: abortAfter(ANSWER_MS) }, options);
    const told: { allow?: unknown; reason?: unknown } | undefined = parseJsonObject(
      await readBoundedText(answer.body, MAX_ANSWER_BYTES),
    );
    if (!answer.ok || typeof told?.allow !== 'boolean') throw new Error(`an answer ${answer.status} without "allow"`);
    return { allow: told.allow, reason: told.reason };
  }

  async function reviewOne(id: string, body: string): Promise<Verdict> {
    for (let tries = 1; ; tries++) {
      try {
        const { allow, reason } = await ask(body);
        if (allow) return 'allowed';
        log('moderation_refused', { id, why: typeof reason === 'string' ? reason.slice(0, MAX_REASON) : undefined });
        return 'refused';
      } catch (error) {
        if (tries < TRIES) continue;
        log('moderation_failed', { id, fails: onFailure, error: String(error), alarm: true });
        return onFailure === 'open' ? 'unchecked_shown' : 'unchecked_hidden';
      }
    }
  }

  async function review({ site, origin, manifest: { id, images } }: ReviewRequest): Promise<Verdict> {
    const verdicts = await Promise.all(
      images.map(({ n, mimeType }) =>
        reviewOne(id, JSON.stringify({ id, n, site, mimeType, address: addressOf(origin, id, n, mimeType) })),
      ),
    );
    return GRAVEST.find((verdict) => verdicts.includes(verdict)) ?? 'allowed';
  }

  async function settle(manifest: Manifest, at: KeptAt, { manifests, remove }: ClearStores): Promise<Verdict> {
    const { site, key, origin } = at;
    const verdict = await review({ site: site.id, origin, manifest });
    if (verdict === 'allowed') await manifests.put(site, key, withLeave(manifest));
    if (verdict !== 'refused') return verdict;
    await manifests.delete(site, key);
    await remove(manifest);
    waitUntil(
      pause(SWEEP_AFTER_MS)
        .then(() => remove(manifest))
        .catch((error) => log('take_back_failed', { id: manifest.id, error: String(error) })),
    );
    return verdict;
  }

  function startClearing(manifest: Manifest, at: KeptAt, stores: ClearStores): Clearing {
    const { id } = manifest;
    const clearing: Clearing = { verdict: settle(manifest, at, stores), at: now(), isAnswered: false };
    keepNewest(clearings, id, clearing, MAX_REMEMBERED);
    const end = (isAnswered: boolean): void => {
      Object.assign(clearing, { at: now(), isAnswered });
      if (!isAnswered && clearings.get(id) === clearing) clearings.delete(id);
    };
    waitUntil(
      clearing.verdict.then(
        () => end(true),
        () => end(false),
      ),
    );
    return clearing;
  }

  /** @returns `late` where another request's question takes too long. */
  async function clearingOf(manifest: Manifest, at: KeptAt, stores: ClearStores): Promise<Verdict | 'late'> {
    const known = clearings.get(manifest.id);
    const isShared = known && isWithin(known.at, known.isAnswered ? REMEMBERED_MS : CLEARING_MS, now());
    if (!isShared) return startClearing(manifest, at, stores).verdict;
    return known.isAnswered
      ? known.verdict
      : Promise.race([known.verdict, pause(CLEARING_MS).then(() => 'late' as const)]);
  }

  return {
    review,
    async clear(manifest, at, stores) {
      if (manifest.isModerated || manifest.images.length === 0) return manifest;
      const verdict = await clearingOf(manifest, at, stores);
      if (verdict === 'refused') return undefined;
      if (verdict === 'allowed') return withLeave(manifest);
      if (verdict !== 'late' && isShown(verdict)) return manifest;
      throw new Error('the moderation endpoint does not answer');
    },
  };
}

const withLeave = (manifest: Manifest): Manifest => ({ ...manifest, isModerated: true });
