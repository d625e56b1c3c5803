/**
 * Fetches a picture that was dragged from a page.
 *
 * @returns undefined if its site does not hand it out to this page (CORS), or the page's policy forbids it.
 */
export async function fetchFile(url: string, fetcher: typeof fetch): Promise<File | undefined> {
  try {
    const { href, pathname } = new URL(url, document.baseURI);
    const response = await fetcher(href, { credentials: 'omit' });
    if (!response.ok) return undefined;
    const name = /[^/]+\.\w+$/.exec(pathname)?.[0] ?? '';
    return new File([await response.blob()], name);
  } catch {
    return undefined;
  }
}
