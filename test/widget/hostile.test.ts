/** 300 texts that want to be more than text, in every place that shows one, on a page with a strict policy. */
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import type { PeelStudio } from '../../widget/peel-studio.ts';
import { CHANGE } from '../../widget/words/english/change.ts';
import { DETAILS } from '../../widget/words/english/details.ts';
import { FIRST } from '../../widget/words/english/first.ts';
import { NOTES } from '../../widget/words/english/notes.ts';
import { REFERENCES } from '../../widget/words/english/references.ts';
import { SAVE } from '../../widget/words/english/save.ts';
import { SETTINGS } from '../../widget/words/english/settings.ts';
import { STAGE } from '../../widget/words/english/stage.ts';
import { TEMPLATE } from '../../widget/words/english/template.ts';
import { VIEWER } from '../../widget/words/english/viewer.ts';
import type { SiteFacts } from '../../worker/protocol.ts';
import { HOSTILE } from './notes/hostile.ts';
import {
  appear,
  draw,
  ENDPOINT,
  eventOf,
  FACTS,
  type FakeWorker,
  failure,
  fakeWorker,
  inside,
  pictureChunk,
  press,
  resultOf,
  STOP,
  send,
  streamOf,
  textChunk,
  thoughtChunk,
  tidyUp,
  write,
} from './support.ts';

const STRICT = [
  "default-src 'none'",
  `script-src ${location.origin} 'nonce-n'`,
  `connect-src ${location.origin}`,
  `img-src ${location.origin} blob:`,
  `frame-src ${location.origin}`,
  "base-uri 'none'",
  "form-action 'none'",
  "require-trusted-types-for 'script'",
  'trusted-types lit-html peel',
].join('; ');

type Realm = typeof globalThis & { wasHit?: boolean };

let frame: HTMLIFrameElement;
let realm: Realm;
let worker: FakeWorker;
let studio: PeelStudio;
const violations: string[] = [];
const errors: string[] = [];

beforeAll(async () => {
  frame = Object.assign(document.createElement('iframe'), { width: '800', height: '900' });
  frame.srcdoc = `<!doctype html><meta http-equiv="Content-Security-Policy" content="${STRICT}">
  <script nonce="n">__vitest_browser_runner__ = parent.__vitest_browser_runner__</script>
  <script nonce="n" type="module">
    const { definePeelStudio } = await import(${JSON.stringify(new URL('../../widget/define.ts', import.meta.url).href)});
    definePeelStudio();
    parent.postMessage('defined');
  </script>`;
  const defined = new Promise((resolve) => addEventListener('message', resolve, { once: true }));
  document.body.append(frame);
  await defined;
  realm = frame.contentWindow as unknown as Realm;
  realm.addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI }) =>
    violations.push(`${effectiveDirective} ${blockedURI}`),
  );
  realm.addEventListener('error', ({ message }) => errors.push(message));
  realm.addEventListener('unhandledrejection', ({ reason }) => errors.push(String(reason)));
  Object.defineProperty(realm.navigator.userActivation, 'isActive', { get: () => true });
});

afterAll(() => {
  frame.remove();
  tidyUp();
});

beforeEach(() => {
  violations.length = 0;
  errors.length = 0;
  realm.document.body.replaceChildren();
  worker = fakeWorker();
});

async function mountStrict(facts: Partial<SiteFacts> = {}, attributes: Partial<PeelStudio> = {}) {
  worker.site = () => Response.json({ ...FACTS, ...facts });
  studio = realm.document.createElement('peel-studio') as PeelStudio;
  Object.assign(studio, { fetch: worker.fetch, endpoint: ENDPOINT, ...attributes });
  const ready = eventOf(studio, 'peel-ready');
  realm.document.body.append(studio);
  await ready;
  await studio.updateComplete;
}

/** What a text has become that should have stayed one. */
function hits(): string[] {
  const found: string[] = [...violations, ...errors];
  if (realm.wasHit || (globalThis as Realm).wasHit) found.push('a script has run');
  for (const element of studio.shadowRoot?.querySelectorAll('*') ?? []) {
    if (element.matches('script, style, link, meta, base, object, embed, template, math, b, iframe:not(.suggestion)'))
      found.push(element.outerHTML.slice(0, 100));
    // The room of a picture that is not there yet has no address.
    if (element.closest('.room')) continue;
    for (const { name, value } of element.attributes) {
      const isAddress = ['href', 'src', 'action', 'formaction', 'srcdoc'].includes(name);
      if (/^on/i.test(name) || (isAddress && !/^(https?:|blob:)/i.test(value))) found.push(`${name}=${value}`);
    }
  }
  return found;
}

/** Thirty texts in one, for places that hold a single one and are slow to reach. */
const BUNDLES = Array.from({ length: 10 }, (_, at) => HOSTILE.slice(at * 30, at * 30 + 30).join('\n'));

it('has 300 of them', () => {
  expect(HOSTILE).toHaveLength(300);
  expect(BUNDLES.join('\n')).toBe(HOSTILE.join('\n'));
});

it('are text in every attribute and property', async () => {
  await mountStrict();
  await draw(studio);

  for (const text of HOSTILE) {
    Object.assign(studio, { label: text, hint: text, placeholder: text, useLabel: text, value: text, name: text });
    Object.assign(studio, { model: text, models: text, thinking: text, resolution: text, ideas: [text, { text }] });
    await studio.updateComplete;
    if (text.trim()) expect(inside(studio, '.use').textContent).toContain(text);
  }

  expect(hits()).toEqual([]);
}, 30_000);

it('are text in every word that a page may set', async () => {
  const keys = [FIRST, STAGE, NOTES, SAVE, SETTINGS, DETAILS, CHANGE, VIEWER, REFERENCES, TEMPLATE].flatMap(
    Object.keys,
  );
  await mountStrict();
  await draw(studio);
  await press(studio, '[part~=settings-toggle]');
  await appear(studio, '#settings');
  await press(studio, '[part=caption] .link');
  await appear(studio, '.details');
  await press(studio, '.menu-place .more');
  await appear(studio, '[role=menu]');

  for (const text of BUNDLES) {
    studio.strings = Object.fromEntries(keys.map((key) => [key, text]));
    await vi.waitFor(() => expect(inside(studio, '.primary').textContent?.trim()).toBe(text.trim()), { interval: 5 });
    expect(hits()).toEqual([]);
  }
}, 30_000);

it('are text in the facts of a site: ideas, examples, models, notice and slots', async () => {
  const pictures = HOSTILE.map((prompt) => ({
    image: `${location.origin}/test/widget/wide.png`,
    prompt,
    alt: prompt,
    width: 48,
    height: 27,
  }));
  await mountStrict({ wall: pictures, ideas: [] });
  await vi.waitFor(() => expect(studio.shadowRoot?.querySelectorAll('[part=ideas] img').length).toBeGreaterThan(5));
  expect(hits()).toEqual([]);

  realm.document.body.replaceChildren();
  const models = HOSTILE.slice(0, 60).map((displayName, at) => ({
    ...FACTS.models[0],
    id: `model-${at}`,
    displayName,
    aspectRatios: [displayName, '1:1'],
    thinking: [displayName],
    sizes: [displayName],
  })) as SiteFacts['models'];
  await mountStrict({ ideas: HOSTILE.map((text) => ({ text })), models, defaultModel: 'model-0' });
  await press(studio, '[part~=settings-toggle]');
  await appear(studio, '#settings');
  for (const more of studio.shadowRoot?.querySelectorAll<HTMLElement>('#settings button') ?? []) more.click();
  await studio.updateComplete;
  expect(hits()).toEqual([]);

  realm.document.body.replaceChildren();
  const slots = HOSTILE.map((text, at) => ({
    name: text || `slot-${at}`,
    label: text,
    type: at % 2 ? ('choice' as const) : ('text' as const),
    maxLength: 80,
    choices: [text, `${text}!`],
    required: true,
  }));
  await mountStrict({ promptMode: 'template', slots });
  await appear(studio, '.slots');
  await press(studio, '.primary');
  await appear(studio, '.slot.invalid');
  expect(hits()).toEqual([]);

  for (const notice of BUNDLES) {
    realm.document.body.replaceChildren();
    realm.localStorage.clear();
    await mountStrict({ notice });
    await send(studio, 'a fox');
    await appear(studio, '[part=notice]');
    expect(inside(studio, '[part=notice]').textContent).toContain(notice);
  }
  expect(hits()).toEqual([]);
}, 60_000);

it('are text in the words of visitor and model: prompts, thoughts, answers, sources, searches', async () => {
  await mountStrict();

  for (const text of BUNDLES) {
    const lines = text.split('\n');
    const groundingMetadata = {
      webSearchQueries: lines,
      groundingChunks: [
        ...lines.map((title) => ({ web: { uri: 'https://foxes.example/', title } })),
        ...lines.map((uri) => ({ web: { uri, title: uri } })),
      ],
    };
    worker.generate = () =>
      streamOf([
        thoughtChunk(`**${text}**`),
        pictureChunk(),
        textChunk(text),
        { candidates: [{ groundingMetadata, finishReason: 'STOP' }] },
      ]);
    await studio.reset();
    await write(studio, text.slice(0, 3900));
    await resultOf(studio, () => press(studio, '.primary'));
    if (!studio.shadowRoot?.querySelector('.details')) await press(studio, '[part=caption] .quiet .link');
    await appear(studio, '.details [part=sources]');
    expect(hits()).toEqual([]);
  }
}, 60_000);

it('are text in refusals and errors, and in what their answers say', async () => {
  await mountStrict();

  for (const text of BUNDLES) {
    worker.generate = () => streamOf([textChunk(text), { candidates: [{ finishReason: 'IMAGE_SAFETY' }] }]);
    await send(studio, 'a fox');
    await appear(studio, '[part=notice] q');
    worker.generate = async () => {
      const { error } = (await failure(502, 'UPSTREAM_UNAVAILABLE').json()) as { error: object };
      const id = text.replace(/[^\x20-\x7e]/g, '').slice(0, 60);
      return Response.json(
        { error: { ...error, message: text, status: text } },
        { status: 502, headers: { 'X-Request-Id': id } },
      );
    };
    await send(studio, 'a fox in snow');
    await vi.waitFor(() => expect(inside(studio, '[part=notice]').textContent).toContain('That did not work'));
    expect(hits()).toEqual([]);
  }
}, 60_000);

it('open nothing as the address of a picture, of a site or of the worker', async () => {
  await mountStrict();
  worker.generate = () => streamOf([...HOSTILE.map((fileUri) => pictureChunk(fileUri)), STOP]);
  const refused = eventOf(studio, 'peel-refused');
  await send(studio, 'a fox');
  expect((await refused).reason).toBe('no-picture');
  expect(studio.results).toEqual([]);
  expect(hits()).toEqual([]);

  for (const text of HOSTILE.filter((_, at) => at % 6 === 0)) {
    Object.assign(studio, { endpoint: text, site: text });
    await studio.updateComplete;
  }

  expect(hits()).toEqual([]);
}, 60_000);
