import { describe, expect, it } from 'vitest';
import type { Content } from '../../../widget/api/gemini.ts';
import type { Turn } from '../../../widget/model.ts';
import { type ContentsOptions, type Question, toContents } from '../../../widget/thread/contents.ts';
import { pathOf, type Thread } from '../../../widget/thread/thread.ts';
import { addressOf, orderOf, reference, threadOf, turn } from './turns.ts';

const OPTIONS: ContentsOptions = { maxReferences: 14 };
const ask = (words: string, own: Partial<Question> = {}): Question => ({ words, references: [], ...own });
const pathTo = (thread: Thread) => pathOf(thread, thread.selected);

/** Each turn as a word for its role and its parts: `p:` a picture, `s` with its signature, else the text. */
function draw(contents: readonly Content[]): string[] {
  return contents.map(({ role, parts }) => {
    const words = parts.map((part) => {
      if ('peelTemplate' in part) return 'template';
      if ('text' in part) return part.text;
      return `p:${part.fileData.fileUri.split('/').slice(3).join('/')}${part.thoughtSignature ? ' signed' : ''}`;
    });
    return `${role}: ${words.join(' | ')}`;
  });
}
function contentsOf(path: readonly Turn[], question: Question, options = OPTIONS): string[] {
  const made = toContents(path, question, options);
  return 'contents' in made ? draw(made.contents) : [`fault: ${made.fault}`];
}
const picture = (name: string) => `p:${new URL(addressOf(name)).pathname.slice(1)}`;
const file = (name: string) => `p:${new URL(reference(name).uri).pathname.slice(1)}`;

it('asks for a new picture with references and words', () => {
  expect(contentsOf([], ask('a fox', { references: [reference('one'), reference('two')] }))).toEqual([
    `user: ${file('one')} | ${file('two')} | a fox`,
  ]);
});

it('tells the whole path, each picture with its signature in the model’s own turn', () => {
  expect(contentsOf(pathTo(threadOf('noon', 'dawn<noon')), ask('a city below'))).toEqual([
    'user: noon',
    `model: ${picture('noon')} signed`,
    'user: dawn',
    `model: ${picture('dawn')} signed`,
    'user: a city below',
  ]);
});

it('sends a turn of the model back unchanged', () => {
  const [noon] = threadOf('noon').turns as [Turn];

  const made = toContents([noon], ask('dawn'), OPTIONS);

  expect('contents' in made && made.contents[1]).toEqual(noon.results[0]?.content);
});

it('says again what was sent, the marked place as well', () => {
  const path = pathTo(threadOf('noon'));
  const region = { x: 0.1, y: 0.2, width: 0.3, height: 0.4 };
  const sent = toContents(path, ask('a moon here', { region }), OPTIONS);
  const order = orderOf('a moon here', { from: 'noon', region });
  if ('contents' in sent) order.take.body.contents = sent.contents;
  const moon = turn('moon', 'noon', { order });

  const again = contentsOf([...path, moon], ask('larger'));

  expect(again[2]).toContain('a moon here');
  expect(again[2]).toContain('10% to 40% of the width');
  expect(again.slice(0, 3)).toEqual('contents' in sent && draw(sent.contents));
});

describe('a path that is too long', () => {
  const long = (count: number, words = (at: number) => `v${at}`) =>
    Array.from({ length: count }, (_, at) => {
      const own = orderOf(words(at), at > 0 ? { from: `v${at - 1}` } : {});
      return turn(`v${at}`, at > 0 ? `v${at - 1}` : undefined, { order: own });
    });

  it('begins with the last picture that is left out, as the user’s own and without its signature', () => {
    const drawn = contentsOf(long(12), ask('once more'));

    expect(drawn).toHaveLength(21);
    expect(drawn.slice(0, 2)).toEqual([`user: ${picture('v1')} | v2`, `model: ${picture('v2')} signed`]);
  });

  it('drops the oldest turns until references of all turns fit, and numbers those of the words', () => {
    const path = pathTo(threadOf('noon'));
    const order = orderOf('dawn', { from: 'noon', references: [reference('one'), reference('two')] });
    const dawn = turn('dawn', 'noon', { order });
    const question = ask('in the colours of picture 1', { references: [reference('three')] });

    expect(contentsOf([...path, dawn], question, { maxReferences: 3 })).toHaveLength(5);
    expect(contentsOf([...path, dawn], question, { maxReferences: 2 })).toEqual([
      `user: The picture to change: | ${picture('dawn')} | Picture 1: | ${file('three')} | in the colours of picture 1`,
    ]);
    expect(toContents([...path, dawn], question, { maxReferences: 1 })).toEqual({ fault: 'references', most: 0 });
  });

  it('counts letters as the worker does, in bytes', () => {
    const path = long(4, () => 'ж'.repeat(2500));

    expect(contentsOf(path, ask('ж'.repeat(600)))[0]).toContain(picture('v0'));
    expect(contentsOf(path, ask('a'))[0]).toMatch(/^user: p/);
    expect(toContents(path, ask('ж'.repeat(9000)), OPTIONS)).toEqual({ fault: 'words', most: 16384 });
  });

  it('drops turns in which the model has said too much', () => {
    const path = long(2).map((each) => {
      const results = each.results.map((result) => ({
        ...result,
        content: { ...result.content, parts: [{ text: 'a'.repeat(40_000) }, ...result.content.parts] },
      }));
      return { ...each, results };
    });

    expect(contentsOf(path, ask('more'))).toHaveLength(3);
  });
});

describe('what cannot be sent again', () => {
  const path = pathTo(threadOf('noon', 'dawn<noon', 'city<dawn'));

  it('is left out: an old picture that is not kept any more', () => {
    expect(contentsOf(path, ask('snow'), { ...OPTIONS, gone: new Set(['noon']) })).toEqual([
      `user: ${picture('dawn')} | city`,
      `model: ${picture('city')} signed`,
      'user: snow',
    ]);
  });

  it('is a fault where it is the picture to change', () => {
    expect(toContents(path, ask('snow'), { ...OPTIONS, gone: new Set(['city']) })).toEqual({ fault: 'gone' });
  });

  it('is left out: an uploaded file of two days ago', () => {
    const order = orderOf('noon', { references: [{ ...reference('one'), at: 0 }] });
    const old = [turn('noon', undefined, { order }), turn('dawn', 'noon')];
    const HOUR = 3_600_000;

    expect(contentsOf(old, ask('snow'), { ...OPTIONS, now: 40 * HOUR })).toHaveLength(5);
    expect(contentsOf(old, ask('snow'), { ...OPTIONS, now: 48 * HOUR })[0]).toBe(`user: ${picture('noon')} | dawn`);
  });

  it('is left out: the values of a form, and words whose picture is missing', () => {
    const order = orderOf('');
    order.take.body.contents = [{ role: 'user', parts: [{ peelTemplate: { slots: { name: 'Ada' } } }] }];
    const form = turn('card', undefined, { order });

    expect(contentsOf([form], ask('bluer'))).toEqual([`user: ${picture('card')} | bluer`]);
    expect(contentsOf(path.slice(1), ask('snow'))[0]).toBe(`user: ${picture('dawn')} | city`);
  });

  it('is all but the last picture where only that is wanted', () => {
    expect(contentsOf(path, ask('snow'), { ...OPTIONS, isShort: true })).toEqual([`user: ${picture('city')} | snow`]);
  });

  it('is a picture that came as data', () => {
    const [noon] = threadOf('noon').turns as [Turn];
    const content = { role: 'model' as const, parts: [{ text: 'Here it is.' }] };
    const data = { ...noon, results: noon.results.map((result) => ({ ...result, url: 'blob:x', content })) };

    expect(toContents([data], ask('dawn'), OPTIONS)).toEqual({ fault: 'gone' });
  });
});
