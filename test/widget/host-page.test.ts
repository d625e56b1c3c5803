/** Pages that were not made for the element: old libraries, resets of everything, frameworks, other elements. */
import { afterEach, describe, expect, it, onTestFinished } from 'vitest';
import type { PeelStudio } from '../../widget/peel-studio.ts';
import { createTakes } from '../../widget/thread/takes.ts';
import {
  appear,
  create,
  draw,
  eventOf,
  failure,
  fakeWorker,
  find,
  inside,
  mount,
  orders,
  press,
  resultOf,
  textOf,
  tidyUp,
  twoFrames,
  WIDE,
  write,
} from './support.ts';

afterEach(tidyUp);

/** Changes to prototypes: those of Prototype.js before 1.7, and worse ones. */
const OLD_LIBRARIES = {
  'arrays with toJSON': 'Array.prototype.toJSON = function () { return "[" + this.join(", ") + "]" }',
  'objects with toJSON': 'Object.prototype.toJSON = function () { return "{}" }',
  'strings, numbers and dates with toJSON':
    'for (const type of [String, Number, Boolean, Date]) type.prototype.toJSON = function () { return "?" }',
  'Prototype.js’s own array methods': `
    Array.prototype.entries = Array.prototype.toArray = function () { return [].concat(this) };
    Array.prototype.reduce = function () { return this.length > 1 ? this : this[0] };
    Array.from = (list) => list.toArray ? list.toArray() : Array.prototype.slice.call(list);
    Array.prototype.first = function () { return this[0] };
    Object.prototype.extend = function () { return this };`,
  'a JSON.stringify of its own':
    'const stringify = JSON.stringify; JSON.stringify = (value) => typeof value === "object" ? "{}" : stringify(value)',
  'fields on every object': 'Object.assign(Object.prototype, { text: "!", error: "!", thought: true, fileData: {} })',
};

it.each(Object.entries(OLD_LIBRARIES))('gets its picture and a change of it beside %s', async (_, script) => {
  const worker = fakeWorker();
  const realm = await openRealm(script);
  const studio = realm.document.createElement('peel-studio') as PeelStudio;
  // Builds the answers in the frame, so that its prototypes apply to them as well.
  const asked: string[] = [];
  realm.peelFetch = async (url: string, init?: RequestInit) => {
    if (typeof init?.body === 'string') asked.push(init.body);
    const answer = await worker.fetch(url, init);
    return new realm.Response(await answer.arrayBuffer(), { headers: [...answer.headers] });
  };
  Object.assign(studio, { fetch: realm.peelFetch, endpoint: location.origin });
  const words = 'a "fox" in\nthe snow \ud83e\udd8a';
  const ready = eventOf(studio, 'peel-ready');
  realm.document.body.append(studio);
  await ready;
  Object.defineProperty(realm.navigator.userActivation, 'isActive', { get: () => true });

  await drawIn(studio, words);
  await drawIn(studio, 'at night');

  const body = {
    contents: [{ role: 'user', parts: [{ text: words }] }],
    generationConfig: {
      responseModalities: ['TEXT', 'IMAGE'],
      imageConfig: { imageSize: '1K' },
      thinkingConfig: { includeThoughts: true },
    },
  };
  expect(asked.slice(0, 2).map((sent) => JSON.parse(sent))).toEqual([{ site: 'default' }, body]);
  expect(JSON.parse(asked[2] ?? '').contents).toHaveLength(3);
});

it('tells requests apart whatever arrays say of themselves', async () => {
  const realm = await openRealm('');
  Object.defineProperty(realm.Array.prototype, 'toJSON', { value: () => '[]', configurable: true });
  const takes = createTakes();
  const of = (text: string) => ({
    model: 'm',
    body: { contents: realm.Array.of({ role: 'user' as const, parts: [{ text }] }), generationConfig: {} as never },
  });

  expect([of('a'), of('b'), of('a')].map((take) => takes.next(take).variant)).toEqual(['take-2', 'take-2', 'take-3']);
});

const HOSTILE_STYLES = {
  'a reset of everything': 'html, body, body * { all: unset }',
  'resets of forms': 'button, textarea, input, a { all: unset; font-size: 3px !important; display: none }',
  'text styles of a poster':
    'body { white-space: nowrap; text-indent: 3em; letter-spacing: .4em; text-transform: uppercase; text-shadow: 0 0 4px red; word-spacing: 2em; line-height: 3; text-align: right; word-break: break-all }',
  'a flex row that shrinks': 'body { display: flex } body > div { flex: 1 1 0; min-width: 0 }',
  'a grid': 'body { display: grid; grid-template-columns: 1fr 1fr }',
  'a clipped, moved parent': 'body > div { overflow: hidden; transform: rotate(0.01deg); contain: layout }',
};

describe.each(Object.entries(HOSTILE_STYLES))('with %s', (_, css) => {
  it('looks as it should, works and stays inside', async () => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    document.adoptedStyleSheets = [sheet];
    onTestFinished(() => {
      document.adoptedStyleSheets = [];
    });
    const worker = fakeWorker();

    const studio = await mount(worker, {}, 390);
    const ground = inside(studio, '.base');
    const { display, width } = getComputedStyle(studio);
    expect([display === 'none', Number.parseFloat(width) > 250 || display === 'inline']).toEqual([false, true]);
    for (const name of ['textIndent', 'letterSpacing', 'textTransform', 'textShadow', 'wordSpacing'] as const) {
      expect(['0px', 'normal', 'none']).toContain(getComputedStyle(ground)[name]);
    }
    expect(getComputedStyle(ground).whiteSpace).toBe('normal');
    expect(ground.getBoundingClientRect().width).toBeGreaterThanOrEqual(280);
    const [button, field] = [inside(studio, '.primary'), inside(studio, '[part~=field]')];
    expect(button.getBoundingClientRect().height).toBeGreaterThanOrEqual(36);
    expect(button.getBoundingClientRect().right).toBeLessThanOrEqual(field.getBoundingClientRect().right);

    expect((await draw(studio)).results).toHaveLength(1);
    await press(studio, '.more');
    await appear(studio, '[role=menu]:popover-open');
  });
});

it('works inside the shadow root of another element, and its events reach the page', async () => {
  const worker = fakeWorker();
  const outer = document.createElement('div');
  document.body.append(outer);
  const studio = await mount(worker);
  outer.attachShadow({ mode: 'closed' }).append(studio);
  await studio.updateComplete;
  const result = eventOf(document.body, 'peel-result');

  await draw(studio);

  expect((await result).results).toHaveLength(1);
});

it('shows what stands inside the tag until it is defined, and not after', async () => {
  const worker = fakeWorker();
  const studio = await mount(worker);
  const fallback = document.createElement('p');
  fallback.textContent = 'Pictures need scripts.';

  studio.append(fallback);

  expect(fallback.assignedSlot).toBeNull();
  expect(fallback.checkVisibility()).toBe(false);
});

it.each([
  'label',
  'hint',
  'header',
  'footer',
  'empty',
  'ideas',
  'toolbar-start',
  'toolbar-end',
  'challenge',
  'disclosure',
])('shows what the page puts into the slot %s', async (slot) => {
  const studio = await mount(fakeWorker());
  const own = Object.assign(document.createElement('span'), { slot, textContent: 'Of the page' });

  studio.append(own);
  await studio.updateComplete;

  expect(own.assignedSlot).not.toBeNull();
  expect(own.checkVisibility()).toBe(true);
});

it('shows what the page puts beside a picture', async () => {
  const studio = await mount(fakeWorker());
  const own = Object.assign(document.createElement('button'), { slot: 'result-actions', textContent: 'Order' });
  studio.append(own);

  await draw(studio);

  expect(own.checkVisibility()).toBe(true);
});

it('leaves no global behind but Lit’s own', async () => {
  const realm = await openRealm('globalThis.before = new Set(Object.getOwnPropertyNames(globalThis))');
  const studio = realm.document.createElement('peel-studio');
  realm.document.body.append(studio);
  await twoFrames();
  const { before } = realm as unknown as { before: Set<string> };
  const added = Object.getOwnPropertyNames(realm).filter(
    (name) => !before.has(name) && !/vite|vitest|before|^\d+$/i.test(name),
  );

  expect(added.filter((name) => !/^(lit|reactiveElement)/.test(name))).toEqual([]);
});

it('keeps picture and words while a framework renders again with the same properties', async () => {
  const worker = fakeWorker();
  const studio = await mount(worker, {}, WIDE);
  await draw(studio);
  await write(studio, 'at night');

  for (let renders = 0; renders < 3; renders++) {
    Object.assign(studio, { fetch: worker.fetch, endpoint: location.origin, site: 'default', ideas: ['x'], lang: '' });
    studio.setAttribute('aspect-ratio', 'auto');
    await studio.updateComplete;
  }

  expect(studio.results).toHaveLength(1);
  expect(inside<HTMLTextAreaElement>(studio, '[part~=prompt]').value).toBe('at night');
  expect(worker.askedFor('/peel/site')).toHaveLength(1);
  expect(orders(worker)).toHaveLength(1);
});

it('tells the visitor nothing of the owner’s trouble, and the owner on the page and once in the console', async () => {
  const said: string[] = [];
  const real = console.error;
  console.error = (...texts: unknown[]) => void said.push(texts.join(' '));
  const worker = fakeWorker();
  worker.site = () => failure(403, 'ORIGIN_DENIED');
  const studio = create(worker);
  const error = eventOf(studio, 'peel-error');
  document.body.append(studio);

  expect(await error).toMatchObject({ code: 'ORIGIN_DENIED', charged: 'no' });
  await expect.poll(() => textOf(studio, '.composer-side')).toContain('Pictures can’t be made on this page yet');
  await expect.poll(() => said).toEqual([expect.stringContaining(location.origin)]);
  // Nothing would become of an idea.
  expect(find(studio, '[part=ideas]')).toBeNull();
  console.error = real;
  worker.site = fakeWorker().site;
  const ready = eventOf(studio, 'peel-ready');
  [...(studio.shadowRoot?.querySelectorAll<HTMLElement>('.composer-side button') ?? [])]
    .find(({ textContent }) => textContent?.includes('Look again'))
    ?.click();

  await ready;
  await studio.updateComplete;
  expect((await draw(studio)).results).toHaveLength(1);
});

async function drawIn(studio: PeelStudio, words: string) {
  const field = inside<HTMLTextAreaElement>(studio, '[part~=prompt]');
  await resultOf(studio, async () => {
    field.focus();
    field.value = words;
    field.dispatchEvent(new Event('input', { bubbles: true }));
    await studio.updateComplete;
    inside(studio, '.primary').click();
  });
}

/** Opens a page in a frame; its script runs before the element's. */
async function openRealm(script: string) {
  const frame = Object.assign(document.createElement('iframe'), { title: 'A host page', width: '600', height: '900' });
  const defined = new Promise((resolve) => addEventListener('message', resolve, { once: true }));
  // Vitest wraps every `import()` in its own helper, which the frame needs too.
  frame.srcdoc = `<!doctype html><script>__vitest_browser_runner__ = parent.__vitest_browser_runner__</script>
  <script>${script}</script><script type="module">
    const { definePeelStudio } = await import(${JSON.stringify(new URL('../../widget/define.ts', import.meta.url).href)});
    definePeelStudio();
    parent.postMessage('defined');
  </script>`;
  document.body.append(frame);
  await defined;
  return frame.contentWindow as unknown as typeof globalThis & { peelFetch: unknown };
}
