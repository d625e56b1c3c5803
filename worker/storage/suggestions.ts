/** Search suggestions of grounded answers, kept beside their pictures for the same time. */
import { classOf, isPast, suggestionKey } from './keys.ts';
import { withRetries } from './retry.ts';

export interface Suggestions {
  /** @returns HTML as the provider sent it; undefined where there is none (any more). */
  get(id: string): Promise<string | undefined>;
}

/** @param now Unix milliseconds. */
export const createSuggestions = (bucket: R2Bucket, now: () => number): Suggestions => ({
  async get(id) {
    const retention = classOf(id);
    const object = retention && (await bucket.get(suggestionKey(id)));
    if (!object) return undefined;
    const html = await object.text();
    return isPast(retention, object.uploaded.getTime(), now()) ? undefined : html;
  },
});

export async function putSuggestion(bucket: R2Bucket, id: string, html: string): Promise<void> {
  const httpMetadata = { contentType: 'text/html; charset=utf-8' };
  await withRetries(() => bucket.put(suggestionKey(id), html, { httpMetadata }));
}
