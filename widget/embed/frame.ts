/**
 * The script of `/embed.html`: tells the page around the frame how high the frame has to be, by
 * `postMessage({type: 'peel-height', height})` in CSS pixels. It listens to nothing.
 */

/** The site's origins, separated by blanks. The worker wrote them; no other page hears a word. */
const { parents = '' } = (document.currentScript as HTMLScriptElement).dataset;

/** Browsers without `ancestorOrigins` name the parent as the referrer, where its policy lets them. */
const parentOrigin =
  location.ancestorOrigins?.[0] ?? (URL.canParse(document.referrer) ? new URL(document.referrer).origin : '');

/** An entry such as `https://*.shop.example` stands for every host below that name. */
const isParent = (entry: string): boolean =>
  entry.startsWith('https://*.')
    ? parentOrigin.startsWith('https://') && parentOrigin.endsWith(entry.slice('https://*'.length))
    : entry === parentOrigin;

if (parent !== self && parents.split(' ').some(isParent)) {
  const root = document.documentElement;
  new ResizeObserver(() => {
    const height = Math.ceil(root.getBoundingClientRect().height);
    parent.postMessage({ type: 'peel-height', height }, parentOrigin);
  }).observe(root);
}

export {};
