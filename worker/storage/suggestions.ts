/** Search suggestions of grounded answers, kept beside their pictures for the same time. */
import { classOf, isPast, suggestionKey } from './keys.ts';
import { type Labels, siteOf } from './labels.ts';
import { withRetries } from './retry.ts';

interface Suggestion {
  /** As the provider sent it. */
  html: string;
  /** Id of the picture's site. */
  site: string;
}

export interface Suggestions {
  /** @returns undefined where there is none (any more). */
  get(id: string): Promise<Suggestion | undefined>;
}

/** @param now Unix milliseconds. */
export const createSuggestions = (bucket: R2Bucket, now: () => number): Suggestions => ({
  async get(id) {
    const retention = classOf(id);
    const object = retention && (await bucket.get(suggestionKey(id)));
    if (!object) return undefined;
    const html = await object.text();
    return isPast(retention, object.uploaded.getTime(), now()) ? undefined : { html, site: siteOf(object) };
  },
});

export async function putSuggestion(bucket: R2Bucket, id: string, html: string, labels: Labels): Promise<void> {
  const httpMetadata = { contentType: 'text/html; charset=utf-8' };
  await withRetries(() => bucket.put(suggestionKey(id), html, { httpMetadata, customMetadata: { ...labels } }));
}
