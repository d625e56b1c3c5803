/**
 * Tells the owner of a page why the worker does not serve it, and what to do. It goes to the console, because a visitor
 * cannot act on it.
 *
 * @param origin The page's origin; `null` if it has none.
 */
export const ownerNote = (endpoint: string, origin: string): string =>
  origin === 'null'
    ? `<peel-studio>: this page has no origin, as a file or a frame with sandbox="allow-scripts" has none. ${endpoint} serves only pages that have one: use an https address, and add allow-same-origin to the frame.`
    : `<peel-studio>: ${endpoint} does not serve pages of ${origin}. Add ${origin} to the origins of the site (SITE_ORIGINS for the site "default").`;
