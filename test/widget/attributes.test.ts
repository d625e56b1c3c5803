/** Frameworks remove an attribute whose value is undefined, and set properties to whatever the page's code holds. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { definePeelStudio } from '../../widget/define.ts';
import type { PeelStudio } from '../../widget/peel-studio.ts';
import { create, draw, type FakeWorker, fakeWorker, inside, mount, orders, tidyUp, write } from './support.ts';

let worker: FakeWorker;

beforeEach(() => {
  worker = fakeWorker();
});

afterEach(tidyUp);

/** Every attribute with a value, its property, and the property's default. */
const VALUED: [attribute: string, property: keyof PeelStudio, value: string, fallback: unknown][] = [
  ['endpoint', 'endpoint', location.origin, location.origin],
  ['site', 'site', 'second', 'default'],
  ['name', 'name', 'picture', ''],
  ['value', 'value', 'a fox', ''],
  ['label', 'label', 'Your card', ''],
  ['hint', 'hint', 'Free of charge', ''],
  ['placeholder', 'placeholder', 'A cake', ''],
  ['autocomplete', 'autocomplete', 'off', ''],
  ['minlength', 'minlength', '3', 0],
  ['maxlength', 'maxlength', '200', 4000],
  ['model', 'model', 'gemini-2.5-flash-image', ''],
  ['models', 'models', 'gemini-2.5-flash-image', ''],
  ['aspect-ratio', 'aspectRatio', '16:9', 'auto'],
  ['resolution', 'resolution', '2k', ''],
  ['thinking', 'thinking', 'high', ''],
  ['grounding', 'grounding', 'web', 'none'],
  ['count', 'count', '2', 1],
  ['max-references', 'maxReferences', '3', 14],
  ['form-value', 'formValue', 'both', 'image'],
  ['use-label', 'useLabel', 'Put it on my cup', ''],
  ['layout', 'layout', 'stack', 'auto'],
  ['loading', 'loading', 'eager', 'lazy'],
  ['persist', 'persist', 'session', 'none'],
  ['submit-on', 'submitOn', 'mod-enter', 'enter'],
];

const FLAGS: [attribute: string, property: keyof PeelStudio][] = [
  ['disabled', 'disabled'],
  ['readonly', 'readonly'],
  ['required', 'required'],
  ['require-result', 'requireResult'],
  ['without-settings', 'withoutSettings'],
  ['without-ideas', 'withoutIdeas'],
  ['without-references', 'withoutReferences'],
  ['without-history', 'withoutHistory'],
  ['without-region', 'withoutRegion'],
  ['without-compare', 'withoutCompare'],
  ['without-download', 'withoutDownload'],
  ['without-copy', 'withoutCopy'],
  ['without-share', 'withoutShare'],
];

it('is listed here whole', () => {
  const { observedAttributes } = definePeelStudio() as typeof PeelStudio;

  expect([...observedAttributes].sort()).toEqual(
    [...VALUED, ...FLAGS]
      .map(([name]) => name)
      .concat('lang')
      .sort(),
  );
});

it.each(VALUED)(
  'reads %s, and gives the default back when it is removed',
  async (attribute, property, value, fallback) => {
    const studio = create(worker);
    studio.setAttribute('endpoint', location.origin);
    document.body.append(studio);

    studio.setAttribute(attribute, value);
    await studio.updateComplete;
    expect(String(studio[property])).toBe(value);
    studio.removeAttribute(attribute);
    await studio.updateComplete;

    expect(studio[property]).toBe(fallback);
  },
);

it.each(FLAGS)('reads %s', async (attribute, property) => {
  const studio = create(worker);
  document.body.append(studio);

  studio.setAttribute(attribute, '');
  expect(studio[property]).toBe(true);
  studio.removeAttribute(attribute);

  expect(studio[property]).toBe(false);
});

const GARBAGE = [
  undefined,
  null,
  Number.NaN,
  7,
  -1,
  {},
  Object.create(null),
  [],
  [undefined, {}, 7],
  Symbol.iterator,
  () => 1,
  true,
  'null',
  '',
];
const CHOICES = ['aspectRatio', 'grounding', 'formValue', 'layout', 'loading', 'persist', 'submitOn'];
const NUMBERS = ['minlength', 'maxlength', 'count', 'maxReferences'];

it.each(VALUED.filter(([, property]) => CHOICES.includes(property)))(
  'takes a %s that it does not know for none',
  async (attribute, property, _, fallback) => {
    const studio = create(worker);
    document.body.append(studio);

    for (const text of ['nonsense', '', 'null', '16x9', '1:1:1', '\u202e16:9', '<script>']) {
      studio.setAttribute(attribute, text);
      await studio.updateComplete;
      expect(studio[property]).toBe(fallback);
    }
  },
);

it.each(VALUED.filter(([, property]) => NUMBERS.includes(property)))(
  'takes a %s that is no number in its bounds for none',
  async (attribute, property, _, fallback) => {
    const studio = create(worker);
    document.body.append(studio);

    for (const text of ['abc', '', '-1', '1.5', '1e9', 'Infinity', 'NaN', '99999999']) {
      studio.setAttribute(attribute, text);
      await studio.updateComplete;
      expect(studio[property]).toBe(fallback);
    }
  },
);

it.each(VALUED)('stands a property %s of any kind', async (_, property, value, fallback) => {
  const errors = listen();
  const studio = create(worker);
  document.body.append(studio);

  for (const garbage of GARBAGE) {
    Object.assign(studio, { [property]: garbage });
    await studio.updateComplete;
    expect(typeof studio[property]).toBe(typeof fallback);
  }
  Object.assign(studio, { [property]: value });
  await studio.updateComplete;

  expect(String(studio[property])).toBe(value);
  expect(errors()).toEqual([]);
});

it.each(['ideas', 'slotValues', 'strings', 'lang', ...FLAGS.map(([, name]) => name)])(
  'stands a property %s of no value or of any kind',
  async (property) => {
    const errors = listen();
    const studio = await mount(worker);

    for (const garbage of [...GARBAGE, undefined]) {
      Object.assign(studio, { [property]: garbage });
      await studio.updateComplete;
    }

    expect((await draw(studio)).results).toHaveLength(1);
    expect(errors()).toEqual([]);
  },
);

it.each(['fetch', 'beforeSend'])('stands a property %s that is undefined or null', async (property) => {
  const errors = listen();
  const studio = await mount(worker);
  Object.assign(studio, { beforeSend: undefined });

  for (const garbage of [null, undefined]) Object.assign(studio, { [property]: garbage });
  await studio.updateComplete;
  studio.fetch = worker.fetch;

  expect((await draw(studio)).results).toHaveLength(1);
  expect(errors()).toEqual([]);
});

it('works on when every attribute was set and removed again', async () => {
  const errors = listen();
  const studio = await mount(worker);
  for (const [attribute, , value] of VALUED) {
    if (attribute !== 'endpoint' && attribute !== 'site') studio.setAttribute(attribute, value);
  }
  for (const [attribute] of FLAGS) studio.setAttribute(attribute, '');
  await studio.updateComplete;
  for (const [attribute] of [...VALUED, ...FLAGS]) studio.removeAttribute(attribute);
  studio.endpoint = location.origin;
  await studio.updateComplete;

  expect((await draw(studio)).results).toHaveLength(1);
  expect(orders(worker)[0]?.body).toMatchObject({ generationConfig: { imageConfig: { imageSize: '1K' } } });
  expect(errors()).toEqual([]);
});

it('changes what it shows with every attribute, and keeps the picture', async () => {
  const studio = await mount(worker);
  await draw(studio);

  for (const [attribute, , value] of VALUED) {
    if (attribute === 'endpoint' || attribute === 'site') continue;
    studio.setAttribute(attribute, value);
    await studio.updateComplete;
    studio.removeAttribute(attribute);
    await studio.updateComplete;
  }

  expect(studio.results).toHaveLength(1);
  expect(inside(studio, '[part~=image]').isConnected).toBe(true);
});

it('cuts no words that are longer than a limit that came later', async () => {
  const studio = await mount(worker);
  await write(studio, 'twenty letters or so');

  studio.maxlength = 5;
  await studio.updateComplete;

  expect(studio.value).toBe('twenty letters or so');
  await expect(studio.generate()).rejects.toMatchObject({ code: 'INVALID' });
});

/** Errors that a page would report. */
function listen() {
  const report = vi.fn((event: Event) => event.preventDefault());
  addEventListener('error', report);
  addEventListener('unhandledrejection', report);
  return () => {
    removeEventListener('error', report);
    removeEventListener('unhandledrejection', report);
    return report.mock.calls.map(([event]) => String((event as ErrorEvent).message ?? event));
  };
}
