import { DEFAULT_SITE } from '../sites/sites.ts';

export const FRAME_PATH = '/embed.html';

/**
 * The site of the page for frames (`embed.ts`), if a request comes from that page inside a frame. Browsers show that
 * frame only in pages of the site's origins, and the page sends a referrer only inside a frame, so it may do what those
 * pages may. No page can forge a referrer of another origin.
 */
export function framedSite({ url, headers }: Request): string | undefined {
  const referrer = headers.get('Referer') ?? '';
  if (!URL.canParse(referrer)) return undefined;
  const { origin, pathname, searchParams } = new URL(referrer);
  if (origin !== new URL(url).origin || pathname !== FRAME_PATH) return undefined;
  return searchParams.get('site') ?? DEFAULT_SITE;
}
