/** The language of a whole element in a page. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Messages } from '../../../widget/words/words.ts';
import {
  create,
  draw,
  type FakeWorker,
  fakeWorker,
  find,
  inside,
  mount,
  place,
  press,
  textOf,
  tidyUp,
} from '../support.ts';

/** Holds the Japanese words back until a test lets them go, and never has the Portuguese ones. */
const held = vi.hoisted(() => Promise.withResolvers<void>());
vi.mock('../../../widget/words/languages/ja.ts', async (load) => {
  await held.promise;
  return load();
});
vi.mock('../../../widget/words/languages/pt.ts', () => {
  throw new Error('404');
});

let worker: FakeWorker;

beforeEach(() => {
  worker = fakeWorker();
});

afterEach(() => {
  tidyUp();
  document.documentElement.removeAttribute('lang');
});

const primary = (studio: HTMLElement) => textOf(studio, '.primary');

describe('the words of an element', () => {
  it('are those of the page from the first moment', async () => {
    document.documentElement.lang = 'de';
    const studio = create(worker);
    const seen: string[] = [];
    place(studio);
    const root = studio.shadowRoot as ShadowRoot;
    new MutationObserver(() => seen.push(primary(studio))).observe(root, { childList: true, subtree: true });

    await vi.waitFor(() => expect(primary(studio)).toBe('Bild erstellen'));

    expect(new Set(seen.filter(Boolean))).toEqual(new Set(['Bild erstellen']));
    expect(inside(studio, '[part=base]').lang).toBe('de');
  });

  it('follow its attribute, and so do figures and dates', async () => {
    const studio = await mount(worker, { lang: 'de' });
    expect(textOf(studio, '[part=hint]')).toBe('Heute noch 20 von 20');

    studio.setAttribute('lang', 'ar-EG');

    await vi.waitFor(() => expect(primary(studio)).toBe('أنشئ الصورة'));
    expect(textOf(studio, '[part=hint]')).toBe('بقي ٢٠ من ٢٠ اليوم');
    expect(inside(studio, '[part=base]').lang).toBe('ar-EG');
  });

  it('change with a picture on the stage, which stays', async () => {
    const studio = await mount(worker);
    await draw(studio);

    studio.lang = 'fr';

    await vi.waitFor(() => expect(textOf(studio, '[part=badge]')).toBe('Créée avec l’IA'));
    expect(studio.results.length).toBe(1);
    expect(textOf(studio, '[part=caption]')).toMatch(/^a fox Large · créée en \d+\ss · Détails$/);
  });

  it('are the last that were asked for', async () => {
    const studio = await mount(worker);

    studio.lang = 'ja';
    await studio.updateComplete;
    studio.lang = 'es';
    await vi.waitFor(() => expect(primary(studio)).toBe('Crear imagen'));
    studio.lang = '';

    await vi.waitFor(() => expect(primary(studio)).toBe('Make picture'));
  });

  it('are English where there is no translation, or it does not load', async () => {
    const studio = await mount(worker, { lang: 'pt-BR' });

    expect(primary(studio)).toBe('Make picture');
    expect(inside(studio, '[part=base]').lang).toBe('en');
  });

  it('wait for a translation, but not for long', async () => {
    const studio = create(worker, { lang: 'ja', strings: { cancel: 'Parar' } });
    const before = performance.now();
    place(studio);
    await studio.updateComplete;

    // English until the translation is there, which is then taken.
    expect(primary(studio)).toBe('Make picture');
    expect(performance.now() - before).toBeLessThan(2000);
    held.resolve();
    await vi.waitFor(() => expect(primary(studio)).toBe('画像を作る'));
  });
});

describe("the page's own words", () => {
  it('win, and go when the page takes them back', async () => {
    const studio = await mount(worker, { lang: 'de', strings: { make: 'Zeichnen' } });
    expect(primary(studio)).toBe('Zeichnen');

    studio.strings = { make: 'Los' };
    await vi.waitFor(() => expect(primary(studio)).toBe('Los'));
    studio.strings = undefined;

    await vi.waitFor(() => expect(primary(studio)).toBe('Bild erstellen'));
  });

  it('that come while the element waits for its language are not lost', async () => {
    const studio = create(worker, { lang: 'es' });
    place(studio);
    await Promise.resolve();
    studio.strings = { make: 'Dibujar' };

    await vi.waitFor(() => expect(primary(studio)).toBe('Dibujar'));
  });

  it.each([
    ['numbers', { make: 5, label: 7, about: { other: 3 } }],
    ['functions', { make: () => 'x', label: () => 'x' }],
    ['nothing', { make: null, label: undefined }],
    ['unknown keys', { nothing: 'x', 'peel.make': 'x' }],
    ['a text', 'make'],
    ['null', null],
  ])('that are %s are ignored', async (_, strings) => {
    const studio = await mount(worker, { strings: strings as unknown as Messages });
    await press(studio, '.line');

    expect(primary(studio)).toBe('Make picture');
    expect(textOf(studio, '[part=label]')).toBe('Describe your picture');
  });

  it('are text and never markup', async () => {
    const studio = await mount(worker, { strings: { make: '<img src=x onerror=alert(1)>', label: '<b>x</b>' } });

    expect(primary(studio)).toBe('<img src=x onerror=alert(1)>');
    expect(find(studio, '.primary img, [part=label] b')).toBeNull();
  });
});
