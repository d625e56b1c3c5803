import { describe, expect, it } from 'vitest';
import { SEED_CATALOG } from '../../worker/catalog/seed.ts';
import { inputTokensBound } from '../../worker/pricing/prices.ts';
import { toLastPicture } from '../../worker/request/last-picture.ts';
import type { GenerateRequest, Part, Turn } from '../../worker/request/request.ts';

const [model] = SEED_CATALOG;
const SIGNED = { signature: { text: 'QUJDRA==' } } as const;
const user = (...parts: Part[]): Turn => ({ role: 'user', parts });
const drew = (...parts: Part[]): Turn => ({ role: 'model', parts });
const text = (words: string): Part => ({ kind: 'text', text: words });
const image = (input: number): Part => ({ kind: 'image', mimeType: 'image/png', input });

const request = (...turns: Turn[]): GenerateRequest => ({
  model: 'gemini-3.1-flash-image',
  turns,
  modalities: ['TEXT', 'IMAGE'],
  size: '1K',
  aspectRatio: '16:9',
});
const partsOf = (...turns: Turn[]) => toLastPicture(request(...turns))?.turns[0]?.parts;

describe('a conversation told anew', () => {
  it('is one turn of the user: the last picture, and what the user says now', () => {
    const told = toLastPicture(
      request(
        user(text('a fox'), image(0)),
        drew({ ...text('Here.'), ...SIGNED }, { ...image(1), ...SIGNED }),
        user(text('in snow')),
        drew({ ...image(2), ...SIGNED }),
        user(text('with this hat'), image(3)),
      ),
    );

    expect(told).toEqual({ ...request(user(image(2), text('with this hat'), image(3))) });
  });

  it.each<{ name: string; turns: Turn[]; parts: Part[] }>([
    {
      name: 'keeps no draft',
      turns: [
        user(text('a fox')),
        drew({ ...image(1), ...SIGNED }, { ...image(0), thought: true }),
        user(text('more')),
      ],
      parts: [image(1), text('more')],
    },
    {
      name: 'keeps all that was said since the picture, and nothing in the model’s words',
      turns: [
        user(text('a fox')),
        drew({ ...image(0), ...SIGNED }),
        user(text('blue'), image(1)),
        drew({ ...text('Which blue?'), ...SIGNED }),
        user(text('navy')),
      ],
      parts: [image(0), text('blue'), image(1), text('navy')],
    },
    {
      name: 'keeps all that the user has said where the model has drawn nothing yet',
      turns: [
        user(text('a hat like this'), image(0)),
        drew({ ...text('Which size?'), ...SIGNED }),
        user(text('large')),
      ],
      parts: [text('a hat like this'), image(0), text('large')],
    },
    {
      name: 'finds the picture in a turn that was streamed in pieces',
      turns: [
        user(text('a fox')),
        drew({ ...text('He'), ...SIGNED }),
        drew({ ...image(0), ...SIGNED }),
        drew(text('')),
        user(text('more')),
      ],
      parts: [image(0), text('more')],
    },
    {
      name: 'takes signatures off the user’s own parts',
      turns: [user({ ...text('a fox'), ...SIGNED }, { ...text(''), ...SIGNED })],
      parts: [text('a fox')],
    },
  ])('$name', ({ turns, parts }) => {
    expect(partsOf(...turns)).toEqual(parts);
  });

  it.each([
    { name: 'is nothing where there was no conversation', turns: [user(text('a fox'), image(0))] },
    { name: 'is nothing where it would say nothing', turns: [drew({ ...text('Hm.'), ...SIGNED })] },
  ])('$name', ({ turns }) => {
    expect(toLastPicture(request(...turns))).toBeUndefined();
  });

  it('is never dearer', () => {
    const whole = request(user(text('a'), image(0)), drew({ ...image(1), ...SIGNED }), user(text('b'), image(2)));

    expect(inputTokensBound(toLastPicture(whole)!, model!)).toBeLessThan(inputTokensBound(whole, model!));
  });
});
