/**
 * `/embed.js`, for pages and builders that take a script and no element:
 * `<script async src="https://YOUR-WORKER/embed.js" data-aspect-ratio="3:4" data-mount="#hero"></script>`.
 *
 * It makes the element at once and gives it its final size, so that nothing moves later. The element's own script
 * follows when the element is close to being seen, when the page is idle, or with the first pointer or key. Each byte
 * counts: the file has a budget of 1,000.
 */

type Loader = HTMLScriptElement & { peel?: 1 };
type Studio = HTMLElement & { ideas?: unknown };

const page = document;
/** `currentScript` is null in a module, and where a tag manager runs the text itself. */
const script = (page.currentScript ??
  [...page.querySelectorAll<Loader>('script[src$="/embed.js"]')].find((other) => !other.peel)) as Loader;
script.peel = 1;

const { mount, ideas } = script.dataset;
const studio: Studio = page.createElement('peel-studio');
const { style } = studio;
for (const { name, value } of script.attributes) {
  if (/^data-(?!mount|ideas)/.test(name)) studio.setAttribute(name.slice(5), value);
}
if (ideas) {
  try {
    studio.ideas = JSON.parse(ideas);
  } catch {
    studio.ideas = ideas.split('|');
  }
}

/** A script in the head has no place of its own. */
const home = mount || (script.closest('head') && 'body');
const findHome = () => home && page.querySelector(home);

function load() {
  // Once defined, the element keeps the same place by its own styles. Without its script it takes no room.
  import(new URL('widget.js', script.src).href).finally(() => {
    style.display = style.minBlockSize = '';
  });
}

function place() {
  const found = findHome();
  if (found) found.append(studio);
  else script.after(studio);
  style.display = 'block';
  const width = studio.offsetWidth;
  style.minBlockSize = `${width < 336 ? 42 : width < 44 * parseFloat(getComputedStyle(studio).fontSize) ? 31 : 26}em`;
  new IntersectionObserver(
    ([entry], observer) => {
      if (!entry!.isIntersecting) return;
      observer.disconnect();
      load();
    },
    { rootMargin: '400px' },
  ).observe(studio);
}

if (home && !findHome() && page.readyState === 'loading') addEventListener('DOMContentLoaded', place);
else place();
for (const type of ['pointerover', 'keydown']) addEventListener(type, load, { once: true });
// A browser without idle callbacks loads at once, as the page cannot say when it is idle.
(self.requestIdleCallback ?? setTimeout)(load);

export {};
