/**
 * Asks the owner's own check about a finished picture before anybody sees it. Each picture is asked about once: the
 * manifest remembers that it may be shown.
 */
import { signatureOf } from '../alarms/delivery.ts';
import { parseJsonObject } from '../shared/json.ts';
import type { Log } from '../shared/log.ts';
import type { Site } from '../sites/site.ts';
import type { ImageStore } from '../storage/images.ts';
import type { Manifest } from '../storage/manifest.ts';
import type { Manifests } from '../storage/manifests.ts';

/** The check must answer within it. */
const ANSWER_MS = 10_000;
/** A check that does not answer is asked once more. */
const TRIES = 2;
/** Longest reason in a log line. */
const MAX_REASON = 200;

export interface ModerationConfig {
  url: string;
  /** Signs what is asked. */
  secret: string;
  /** Whether a picture is shown that could not be checked. */
  fails: 'open' | 'closed';
}

/**
 * `passed`: the check did not answer, and the owner lets such pictures through. `unknown`: the same, and the owner does
 * not.
 */
type Verdict = 'allowed' | 'refused' | 'passed' | 'unknown';

/** What the check is asked about. */
export interface Reviewed {
  site: string;
  /** Of the deployment, where the check fetches the picture. */
  origin: string;
  manifest: Pick<Manifest, 'id' | 'images'>;
}

export interface Moderator {
  /** All pictures of an answer. The gravest verdict counts. Never rejects. */
  review(reviewed: Reviewed): Promise<Verdict>;
}

export interface ModeratorOptions extends ModerationConfig {
  fetch: (url: string, init: RequestInit) => Promise<Response>;
  /** An address that opens for the check: a private picture's is signed. */
  addressOf: (origin: string, id: string, n: number, mimeType: string) => string;
  /** Unix milliseconds. */
  now: () => number;
  abortAfter: (ms: number) => AbortSignal;
  log: Log;
}

const GRAVEST: readonly Verdict[] = ['refused', 'unknown', 'passed'];

export function createModerator(options: ModeratorOptions): Moderator {
  const { url, secret, fails, fetch, addressOf, now, abortAfter, log } = options;

  async function ask(body: string): Promise<{ allow: boolean; reason?: unknown }> {
    const answer = await fetch(url, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'Peel-Signature': await signatureOf(secret, body, now()) },
      body,
      redirect: 'manual',
      signal: abortAfter(ANSWER_MS),
    });
    const told: { allow?: unknown; reason?: unknown } | undefined = parseJsonObject(await answer.text());
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
        log('moderation_failed', { id, fails, error: String(error), alarm: true });
        return fails === 'open' ? 'passed' : 'unknown';
      }
    }
  }

  return {
    async review({ site, origin, manifest: { id, images } }) {
      const verdicts = await Promise.all(
        images.map(({ n, mimeType }) =>
          reviewOne(id, JSON.stringify({ id, n, site, mimeType, address: addressOf(origin, id, n, mimeType) })),
        ),
      );
      return GRAVEST.find((verdict) => verdicts.includes(verdict)) ?? 'allowed';
    },
  };
}

export interface ClearOptions {
  moderator?: Moderator;
  manifests: Manifests;
  /** Deletes the pictures of an id. */
  remove: ImageStore['remove'];
}

/**
 * Lets a kept answer be shown that was kept before there was a check.
 *
 * @returns undefined where it may not be: it is then not kept any more.
 * @throws Where the check does not answer and nothing may be shown without it.
 */
export async function cleared(
  manifest: Manifest,
  { site, key, origin }: { site: Pick<Site, 'id' | 'retention'>; key: string; origin: string },
  { moderator, manifests, remove }: ClearOptions,
): Promise<Manifest | undefined> {
  if (!moderator || manifest.isModerated || manifest.images.length === 0) return manifest;
  const verdict = await moderator.review({ site: site.id, origin, manifest });
  if (verdict === 'passed') return manifest;
  if (verdict === 'unknown') throw new Error('the check of pictures does not answer');
  if (verdict === 'refused') {
    await manifests.delete(site, key);
    await remove(manifest.id);
    return undefined;
  }
  const allowed: Manifest = { ...manifest, isModerated: true };
  await manifests.put(site, key, allowed);
  return allowed;
}
