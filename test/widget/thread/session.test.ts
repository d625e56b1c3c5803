import { describe, expect, it } from 'vitest';
import { exportSession, importSession } from '../../../widget/thread/session.ts';
import { addTurn, select, type Thread } from '../../../widget/thread/thread.ts';
import { addressOf, ENDPOINT, orderOf, pictureOf, reference, threadOf, turn } from './turns.ts';

/** Every optional field is set in one of its turns. */
function full(): Thread {
  const plain = orderOf('two foxes', { references: [{ ...reference('one'), at: 1 }] });
  const variant = { ...plain.take, variant: 'take-2' };
  const results = [
    pictureOf('first', plain, {
      suggestionUrl: `${addressOf('first').replace('0.png', 'suggestion.html')}`,
      sources: [{ url: 'https://foxes.example/', title: 'Foxes' }],
    }),
    pictureOf('second', { ...plain, take: variant }),
  ];
  const region = { x: 0, y: 0, width: 0.5, height: 0.5 };
  const change = orderOf('with a hat', { from: 'foxes', region });
  const foxes = addTurn(threadOf('noon'), turn('foxes', undefined, { order: plain, results, index: 1 }));
  return select(addTurn(foxes, turn('hat', 'foxes', { order: change })), 'foxes');
}

const plainOf = (thread: Thread) => JSON.parse(JSON.stringify(exportSession(thread)));
function read(data: unknown, endpoint = ENDPOINT): string | Thread {
  const read = importSession(data, endpoint);
  return 'thread' in read ? read.thread : read.problem.message;
}

it('comes back as it was, through JSON', () => {
  const thread = full();

  expect(read(plainOf(thread))).toEqual(thread);
});

it('holds addresses and no pictures: a turn whose picture is data is left out', () => {
  const order = orderOf('data');
  const data = turn('data', undefined, { order, results: [pictureOf('data', order, { url: 'blob:x' })] });

  const session = exportSession(addTurn(threadOf('noon'), data));

  expect(session.turns.map(({ id }) => id)).toEqual(['noon']);
  expect(read(session)).toMatchObject({ selected: 'noon' });
});

it('is empty where nothing was made', () => {
  expect(read(exportSession({ turns: [] }))).toEqual({ turns: [] });
});

it.each([
  { name: 'nothing', data: undefined, fault: 'The data must be an object.' },
  { name: 'text', data: 'a fox', fault: 'The data must be an object.' },
  { name: 'a list', data: [], fault: 'The data must be an object.' },
  { name: 'another version', data: { version: 2, turns: [] }, fault: 'version must be 1.' },
  { name: 'no version', data: { turns: [] }, fault: 'version must be given.' },
  { name: 'no turns', data: { version: 1 }, fault: 'turns must be a list of 0 to 500.' },
  { name: 'turns of something else', data: { version: 1, turns: [7] }, fault: 'turns[0] must be an object.' },
  { name: 'something without JSON', data: { version: () => 1, turns: [] }, fault: 'The data must be an object.' },
])('says what is wrong with $name', ({ data, fault }) => {
  expect(read(data)).toBe(fault);
});

it('does not follow a circle', () => {
  const circle: Record<string, unknown> = { version: 1 };
  circle.turns = [circle];

  expect(read(circle)).toBe('The data must be an object.');
});

/** Paths of all fields in the data, lists by their first item that has the field. */
function pathsIn(value: unknown, path = ''): string[] {
  if (typeof value !== 'object' || value === null) return [path];
  const entries = Object.entries(value).map(([key, each]): [string, unknown] => [
    Array.isArray(value) ? `${path}[${key}]` : path ? `${path}.${key}` : key,
    each,
  ]);
  return [...(path ? [path] : []), ...entries.flatMap(([key, each]) => pathsIn(each, key))];
}

function replace(data: unknown, path: string, value: unknown) {
  const keys = path.split(/[.[\]]+/).filter(Boolean);
  const last = keys.pop() as string;
  const holder = keys.reduce((at, key) => (at as Record<string, unknown>)[key], data) as Record<string, unknown>;
  holder[last] = value;
}

/** Settings of a request go to the worker as they are, and it checks them. */
const UNREAD = /generationConfig\.|^trail$|\.tools/;

it('names the field for garbage in any of them', () => {
  const paths = pathsIn(plainOf(full())).filter((path) => !UNREAD.test(path));
  expect(paths.length).toBeGreaterThan(150);

  for (const path of paths) {
    const data = plainOf(full());
    // No field of a turn is a function, and none is a list in a list.
    replace(data, path, [[]]);
    const told = read(data);

    expect(typeof told, path).toBe('string');
    expect(String(told), path).toMatch(/^[\w.[\]-]+ must be/);
    const at = String(told).split(' ')[0] as string;
    expect(path.startsWith(at) || at.startsWith(path), `${path}: ${told}`).toBe(true);
  }
});

it.each([
  {
    path: 'turns[0].results[0].url',
    value: 'https://elsewhere.example/images/a/0.png',
    fault: 'must be an address of',
  },
  { path: 'turns[0].results[0].url', value: 'javascript:alert(1)', fault: 'must be an address of' },
  { path: 'turns[0].results[0].url', value: `${ENDPOINT}.evil.example/a.png`, fault: 'must be an address of' },
  { path: 'turns[1].results[0].suggestionUrl', value: 'https://elsewhere.example/', fault: 'must be an address of' },
  { path: 'turns[1].results[0].sources[0].url', value: 'javascript:alert(1)', fault: 'must be a web address' },
  {
    path: 'turns[1].order.references[0].uri',
    value: 'https://elsewhere.example/fox.png',
    fault: 'must be the address',
  },
  { path: 'turns[0].results[0].mimeType', value: 'image/svg+xml', fault: 'must be a type of picture' },
  { path: 'turns[0].results', value: [], fault: 'must be a list of 1 to 16' },
  { path: 'turns[1].index', value: 2, fault: 'must be that of a result' },
  { path: 'turns[2].id', value: 'noon', fault: 'must not be that of another turn' },
  { path: 'turns[1].parent', value: 'hat', fault: 'must be that of an earlier turn' },
  { path: 'turns[1].parent', value: 'foxes', fault: 'must be that of an earlier turn' },
])('refuses $value as $path', ({ path, value, fault }) => {
  const data = plainOf(full());
  replace(data, path, value);

  expect(read(data)).toMatch(new RegExp(`^${path.replace(/[[\].]/g, '\\$&')} ${fault}`));
});

describe('behind a proxy', () => {
  it('has pictures at a path of the page, and the worker’s own addresses in the conversation', () => {
    const order = orderOf('noon');
    const url = `${location.origin}/peel/images/${'b'.repeat(33)}/0.png`;
    const noon = turn('noon', undefined, { order, results: [{ ...pictureOf('noon', order), url }] });
    const session = exportSession({ turns: [noon] });

    expect(read(session, '/peel')).toMatchObject({ selected: 'noon' });
    expect(read(session, '/peel/')).toMatchObject({ selected: 'noon' });
    expect(read(session, '/other')).toMatch(/must be an address of/);
  });
});

it('drops what it does not know, and names of prototypes are names', () => {
  const data = plainOf(threadOf('noon'));
  data.turns[0].colour = 'red';
  data.turns[0].results[0].onload = 'alert(1)';
  const text = JSON.stringify(data).replace('"turns":', '"__proto__":{"selected":"x"},"turns":');

  expect(read(JSON.parse(text))).toEqual({ ...threadOf('noon'), turns: [{ ...data.turns[0], ...noonOf(data) }] });

  function noonOf({ turns: [stored] }: { turns: Record<string, unknown>[] }) {
    const { colour: _, results, ...rest } = stored as { colour: string; results: { onload: string }[] } & object;
    const order = (rest as unknown as { order: object }).order;
    return { colour: undefined, results: results.map(({ onload: __, ...result }) => ({ ...result, order })) };
  }
});

it('gives no turn back where one of them has a fault', () => {
  const data = plainOf(full());
  data.turns[2].at = 'yesterday';

  expect(importSession(data, ENDPOINT)).toEqual({
    problem: { reason: 'INVALID_FIELD', message: 'turns[2].at must be a number from 0 on.', unsent: true },
  });
});
