/**
 * `/embed.js`, for pages and builders that take a script and no element:
 * `<script async src="https://YOUR-WORKER/embed.js" data-aspect-ratio="3:4" data-mount="#hero"></script>`.
 *
 * It makes the element at once and gives it its final size, so that nothing moves later. The element's own script
 * follows when the element is close to being seen, when the page is idle, or with the first pointer or key. Each byte
 * counts: the file has a budget of 1,000.
 */

type Loader = HTMLScriptElement & { peel?: 1 };
/** `js`: the element's own script, once it is on its way. */
type Studio = HTMLElement & { ideas?: unknown; js?: Promise<unknown> };

const page = document;
const listen = addEventListener;
/** `currentScript` is null in a module, and where a tag manager runs the text itself. */
const script = (page.currentScript ??
  [...page.querySelectorAll<Loader>('script[src*="/embed.js"]')].find((other) => !other.peel)) as Loader;
script.peel = 1;

const { mount, ideas } = script.dataset;
const studio: Studio = page.createElement('peel-studio');
const { style } = studio;
for (const { name, value } of script.attributes) {
  // A name that no element may have, such as `data-=`, would throw.
  if (/^data-(?!mount|ideas)[a-z]/.test(name)) studio.setAttribute(name.slice(5), value);
}
if (ideas) {
  try {
    studio.ideas = JSON.parse(ideas);
  } catch {
    studio.ideas = ideas.split('|');
  }
}

/** A script in the head, or one that has left the page, has no place of its own. */
const isPlaced = script.closest('body');
const findHome = () => {
  try {
    return page.querySelector(mount as string);
  } catch {
    // No selector: `place` names it.
  }
};

const load = () => {
  // Once defined, the element keeps the same place by its own styles. Without its script it takes no room.
  studio.js ??= import(new URL('widget.js', script.src) as unknown as string).finally(() => {
    style.display = style.minBlockSize = '';
  });
};

const place = () => {
  const found = findHome();
  if (mount && !found) console.error('peel data-mount', mount);
  if (found || !isPlaced) (found ?? page.body).append(studio);
  else script.after(studio);
  style.display = 'block';
  const width = studio.offsetWidth;
  style.minBlockSize = `${width < 336 ? 42 : width < 44 * parseFloat(getComputedStyle(studio).fontSize) ? 31 : 26}em`;
  new IntersectionObserver(([entry]) => entry!.isIntersecting && load(), { rootMargin: '400px' }).observe(studio);
};

// Of the three states only `loading` comes after `j`.
if ((mount || !isPlaced) && !findHome() && page.readyState > 'j') listen('DOMContentLoaded', place);
else place();
listen('pointerover', load);
listen('keydown', load);
// A browser without idle callbacks loads at once, as the page cannot say when it is idle.
(self.requestIdleCallback ?? setTimeout)(load);

export {};
