import { describe, expect, it } from 'vitest';
import {
  addTurn,
  changedPicture,
  children,
  EMPTY_THREAD,
  keepNewest,
  layoutVersions,
  merge,
  numberOf,
  pathOf,
  picturesOf,
  redo,
  resultOf,
  select,
  type Thread,
  undo,
} from '../../../widget/thread/thread.ts';
import { orderOf, pictureOf, threadOf, turn } from './turns.ts';

const idsOf = (turns: readonly { id: string }[]) => turns.map(({ id }) => id).join(' ');
const BRANCHED = ['noon', 'dawn<noon', 'blue<dawn', 'city<dawn'] as const;

it('shows what was added last', () => {
  expect(threadOf('noon', 'dawn<noon').selected).toBe('dawn');
});

it('gives the path from the new picture to a version', () => {
  const thread = threadOf(...BRANCHED);

  expect(idsOf(pathOf(thread, 'city'))).toBe('noon dawn city');
  expect(pathOf(thread, 'unknown')).toEqual([]);
});

it('gives a path that begins where its beginning is not kept any more, and one through a circle', () => {
  const circle: Thread = { turns: [turn('one', 'two'), turn('two', 'one')] };

  expect(idsOf(pathOf(threadOf('dawn<noon', 'city<dawn'), 'city'))).toBe('dawn city');
  expect(idsOf(pathOf(circle, 'two'))).toBe('one two');
});

it('lists what was made from a version, oldest first', () => {
  expect(idsOf(children(threadOf(...BRANCHED), 'dawn'))).toBe('blue city');
});

describe('select', () => {
  const several = () => {
    const order = orderOf('four foxes');
    const results = [pictureOf('first', order), pictureOf('second', order)];
    return addTurn(threadOf('noon'), turn('foxes', undefined, { order, results }));
  };

  it('shows another picture of a turn, and keeps it shown', () => {
    const second = select(several(), 'foxes', 1);

    expect(resultOf(second.turns[1] as never).url).toContain('images');
    expect(select(select(second, 'noon'), 'foxes').turns[1]?.index).toBe(1);
    expect(several().turns[1]?.index).toBe(0);
  });

  it.each([{ index: 2 }, { index: -1 }, { index: 0.5 }])('leaves a picture shown for the index $index', ({ index }) => {
    expect(select(several(), 'foxes', index).turns[1]?.index).toBe(0);
  });

  it('changes nothing for an unknown version', () => {
    const thread = several();

    expect(select(thread, 'unknown')).toBe(thread);
  });
});

describe('undo and redo', () => {
  const walk = (thread: Thread, ...steps: ((thread: Thread) => Thread)[]) =>
    steps.reduce((at, step) => step(at), thread).selected;

  it('go to the parent and back', () => {
    const thread = threadOf('noon', 'dawn<noon');

    expect(walk(thread, undo)).toBe('noon');
    expect(walk(thread, undo, redo)).toBe('dawn');
  });

  it('go to the change that was seen last, not to the newest', () => {
    const thread = select(threadOf(...BRANCHED), 'blue');

    expect(walk(thread, undo, redo)).toBe('blue');
    expect(walk(thread, undo, undo, redo, redo)).toBe('blue');
    expect(walk(select(thread, 'noon'), redo, redo)).toBe('blue');
  });

  it('go to the newest change of a version whose changes were not seen', () => {
    const { turns } = threadOf(...BRANCHED);

    expect(walk({ turns, selected: 'dawn' }, redo)).toBe('city');
  });

  it('go over the pictures of a visit, and back to the version that was left', () => {
    const thread = threadOf('noon', 'dawn<noon', 'fox');

    expect(walk(thread, undo)).toBe('noon');
    expect(walk(thread, undo, redo)).toBe('fox');
    expect(walk(select(thread, 'dawn'), redo)).toBe('dawn');
  });

  it('stay where there is nothing more', () => {
    const thread = threadOf('noon');

    expect(undo(thread)).toBe(thread);
    expect(redo(thread)).toBe(thread);
    expect(undo(EMPTY_THREAD)).toBe(EMPTY_THREAD);
  });
});

describe('the picture before a change', () => {
  it('is the one that the request named, whatever its turn shows now', () => {
    const order = orderOf('two foxes');
    const [first, second] = [pictureOf('first', order), pictureOf('second', order)];
    const part = { fileData: { mimeType: 'image/png', fileUri: first.url } };
    const made = orderOf('with a hat', { from: 'foxes' });
    made.take.body.contents.unshift({ role: 'model', parts: [part] });
    const thread = addTurn(
      addTurn(EMPTY_THREAD, turn('foxes', undefined, { order, results: [first, second], index: 1 })),
      turn('hat', 'foxes', { order: made }),
    );

    expect(changedPicture(thread, thread.turns[1] as never)).toBe(first);
    expect(changedPicture(thread, thread.turns[0] as never)).toBeUndefined();
  });
});

describe('layoutVersions', () => {
  /** `>` for each step, `|` for a line from above, `L` for an elbow, `+` where the line goes on. */
  const draw = (thread: Thread, turns = thread.turns) =>
    layoutVersions(thread, turns).map(
      ({ turn: { id }, depth, joins, number }) =>
        `${'>'.repeat(depth)}${{ none: '', line: '|', elbow: 'L' }[joins.from]}${id} ${number}${joins.on ? '+' : ''}`,
    );

  it('puts a branch under its parent while the parent’s line runs on to the newest', () => {
    expect(draw(threadOf(...BRANCHED))).toEqual(['noon 1+', '|dawn 2+', '>Lblue 3', '|city 4']);
  });

  it('keeps a branch that is changed again together', () => {
    expect(draw(threadOf(...BRANCHED, 'ink<blue', 'snow<noon'))).toEqual([
      'noon 1+',
      '>Ldawn 2+',
      '>>Lblue 3+',
      '>>|ink 5',
      '>|city 4',
      '|snow 6',
    ]);
  });

  it('joins no two new pictures', () => {
    expect(draw(threadOf('noon', 'fox', 'dawn<noon'))).toEqual(['noon 1+', '|dawn 3', 'fox 2']);
  });

  it('joins a version to its nearest forebear that is shown', () => {
    const thread = threadOf(...BRANCHED);

    expect(draw(thread, thread.turns.toSpliced(1, 1))).toEqual(['noon 1+', '>Lblue 3', '|city 4']);
    expect(draw(thread, thread.turns.slice(2))).toEqual(['blue 3', 'city 4']);
  });

  it('indents no deeper than the column has room', () => {
    const names = Array.from({ length: 6 }, (_, at) => `deep${at}${at > 0 ? `<deep${at - 1}` : ''}`);
    const leaves = Array.from({ length: 6 }, (_, at) => `leaf${at}<deep${at}`);

    const rows = layoutVersions(threadOf(...names, ...leaves));

    expect(Math.max(...rows.map(({ depth }) => depth))).toBe(3);
    expect(rows).toHaveLength(12);
  });
});

it('counts versions in the order of making, whatever is made later', () => {
  const thread = threadOf(...BRANCHED, 'snow<noon');

  expect(['noon', 'city', 'snow', 'unknown'].map((id) => numberOf(thread, id))).toEqual([1, 4, 5, 0]);
});

it('gives the pictures of a visit, the one that was changed last first', () => {
  const pictures = picturesOf(select(threadOf('noon', 'fox', 'dawn<noon'), 'noon'));

  expect(pictures.map(({ turns, selected }) => `${idsOf(turns)}: ${selected}`)).toEqual([
    'noon dawn: noon',
    'fox: fox',
  ]);
});

it('merges an opened picture into the visit and shows it', () => {
  const old = threadOf('noon', 'dawn<noon');
  const visit = threadOf('fox');

  const both = merge(visit, old);

  expect(idsOf(both.turns)).toBe('noon dawn fox');
  expect(both.selected).toBe('dawn');
  expect(merge(both, old).turns).toHaveLength(3);
});

describe('keepNewest', () => {
  it('leaves out whole pictures, the one changed longest ago first', () => {
    const thread = threadOf('noon', 'fox', 'snow<fox', 'dawn<noon', 'hill');

    expect(idsOf(keepNewest(thread, 5).turns)).toBe('noon fox snow dawn hill');
    expect(idsOf(keepNewest(thread, 4).turns)).toBe('noon dawn hill');
    expect(idsOf(keepNewest(thread, 2).turns)).toBe('hill');
  });

  it('keeps the newest versions of a picture that has too many', () => {
    const names = Array.from({ length: 6 }, (_, at) => `v${at}${at > 0 ? `<v${at - 1}` : ''}`);

    expect(idsOf(keepNewest(threadOf(...names), 3).turns)).toBe('v3 v4 v5');
  });
});
