import { describe, expect, it } from 'vitest';
import { againOrders, isSameRequest, type Question, toOrders } from '../../../widget/run/orders.ts';
import { createTakes } from '../../../widget/thread/takes.ts';
import { orderOf, turn } from '../thread/turns.ts';

const { settings } = orderOf('x');
const question = (own: Partial<Question> = {}): Question => ({
  prompt: 'a fox',
  contents: [{ role: 'user', parts: [{ text: 'a fox' }] }],
  settings,
  references: [],
  ...own,
});
const naming = () => {
  const takes = createTakes();
  return { next: takes.next, draw: () => 'drawn' };
};
const variants = (orders: ReturnType<typeof toOrders>) => orders.map(({ take }) => take.variant);

describe('a question', () => {
  it('is one request, the first of its kind', () => {
    const [order] = toOrders(question(), undefined, naming());

    expect(order).toMatchObject({ prompt: 'a fox', take: { model: settings.model.id } });
    expect(order).not.toHaveProperty('take.variant');
    expect(order).not.toHaveProperty('from');
  });

  it('like the shown one is another take of it', () => {
    const names = naming();
    const [order] = toOrders(question(), undefined, names);
    const shown = turn('a', undefined, { order: order! });

    expect(variants(toOrders(question(), shown, names))).toEqual(['take-2']);
    expect(variants(toOrders(question(), shown, names))).toEqual(['take-3']);
  });

  it('of other words, settings or pictures is not', () => {
    const [order] = toOrders(question(), undefined, naming());
    const shown = turn('a', undefined, { order: order! });
    const others = [
      { contents: [{ role: 'user' as const, parts: [{ text: 'a cat' }] }] },
      { settings: { ...settings, aspectRatio: '16:9' } },
      { settings: { ...settings, size: '2K' } },
      { settings: { ...settings, model: { ...settings.model, id: 'other' } } },
    ];

    for (const other of others) expect(variants(toOrders(question(other), shown, naming()))).toEqual([undefined]);
  });

  it('from an example is a picture that nobody has yet', () => {
    expect(variants(toOrders(question({ isFresh: true }), undefined, naming()))).toEqual(['drawn']);
  });

  it('of several pictures is as many takes', () => {
    const several = question({ settings: { ...settings, count: 3 } });

    expect(variants(toOrders(several, undefined, naming()))).toEqual([undefined, 'take-2', 'take-3']);
  });

  it('of a change names the turn and the place', () => {
    const region = { x: 0, y: 0, width: 0.5, height: 0.5 };

    expect(toOrders(question({ from: turn('a'), region }), undefined, naming())[0]).toMatchObject({
      from: 'a',
      region,
    });
  });
});

describe('a turn once more', () => {
  it('is another take, with its words, pictures and place', () => {
    const shown = turn('b', 'a');

    expect(againOrders(shown, settings, naming())).toEqual([
      { ...shown.order, take: { ...shown.order.take, variant: 'take-2' } },
    ]);
  });

  it('in other settings is the first of its kind', () => {
    const [order] = againOrders(turn('a'), { ...settings, size: '2K' }, naming());

    expect(order?.take).not.toHaveProperty('variant');
    expect(order).toMatchObject({ take: { body: { generationConfig: { imageConfig: { imageSize: '2K' } } } } });
  });
});

it('compares requests by what is sent, and not by their takes', () => {
  const { take } = orderOf('a fox');

  expect(isSameRequest(take, { ...take, variant: 'take-2' })).toBe(true);
  expect(isSameRequest(take, { ...take, model: 'other' })).toBe(false);
  expect(isSameRequest(take, orderOf('a cat').take)).toBe(false);
});
