import { afterEach, expect, it, vi } from 'vitest';
import { page } from 'vitest/browser';
import { ownerNote } from '../../widget/owner-note.ts';
import { createTakes } from '../../widget/takes.ts';
import { eventOf, failure, fakeWorker, mount, textOf } from './support.ts';

afterEach(() => {
  document.body.replaceChildren();
  vi.restoreAllMocks();
});

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

it.each(Object.entries(OLD_LIBRARIES))('gets its picture beside %s', async (_, script) => {
  const worker = fakeWorker();
  const realm = await openRealm(script);
  const studio = realm.document.createElement('peel-studio');
  // Builds the answers in the frame, so that its prototypes apply to them as well.
  const asked: string[] = [];
  realm.peelFetch = async (url: string, init?: RequestInit) => {
    if (typeof init?.body === 'string') asked.push(init.body);
    const answer = await worker.fetch(url, init);
    return new realm.Response(await answer.arrayBuffer(), { headers: [...answer.headers] });
  };
  Object.assign(studio, {
    fetch: realm.peelFetch,
    endpoint: location.origin,
    value: 'a "fox" in\nthe snow \ud83e\udd8a',
  });
  const result = eventOf(studio, 'peel-result');
  realm.document.body.append(studio);
  await eventOf(studio, 'peel-ready');

  await page.frameLocator(page.getByTitle('A host page')).getByRole('button', { name: 'Generate' }).click();

  expect((await result).results).toHaveLength(1);
  expect(asked.map((body) => JSON.parse(body))).toEqual([
    { site: 'default' },
    {
      contents: [{ role: 'user', parts: [{ text: 'a "fox" in\nthe snow \ud83e\udd8a' }] }],
      generationConfig: {
        responseModalities: ['TEXT', 'IMAGE'],
        imageConfig: { imageSize: '1K' },
        thinkingConfig: { includeThoughts: true },
      },
    },
  ]);
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

it('is told once in the console which origin to allow, and the visitor that it is not set up', async () => {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
  const worker = fakeWorker();
  const studio = await mount(worker);
  worker.session = () => failure(403, 'ORIGIN_DENIED');

  for (let tries = 0; tries < 2; tries++) {
    const error = eventOf(studio, 'peel-error');
    studio.value = 'a fox';
    await page.getByRole('button', { name: 'Generate' }).click();
    expect(await error).toMatchObject({ code: 'ORIGIN_DENIED', charged: 'no' });
  }
  await studio.updateComplete;

  expect(textOf(studio, '[part=notice]')).toContain('This page is not set up yet');
  await vi.waitFor(() => expect(warn).toHaveBeenCalled());
  expect(warn.mock.calls).toEqual([[expect.stringContaining(`Add ${location.origin} to the origins of the site`)]]);
});

it('is told of a frame without an origin what helps there', () => {
  const note = ownerNote('https://worker.example', 'null');

  expect(note).toContain('allow-same-origin');
  expect(note).not.toContain('Add null');
});

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
