import { describe, expect, it } from 'vitest';
import { toSpoken } from '../../../worker/providers/fal/conversation.ts';
import type { Part, Turn } from '../../../worker/request/request.ts';
import { image, text, user } from './providers.ts';

const model = (...parts: Part[]): Turn => ({ role: 'model', parts });
const thought = (part: Part): Part => ({ ...part, thought: true });

interface Case {
  name: string;
  turns: Turn[];
  prompt: string;
  pictures: number[];
  isAdapted: boolean;
}

describe('toSpoken', () => {
  it.each<Case>([
    { name: 'a single turn as it is', turns: [user(text('a fox'))], prompt: 'a fox', pictures: [], isAdapted: false },
    {
      name: 'the texts of a turn as lines, and its pictures in order',
      turns: [user(image(1), text('this one'), image(0), text('beside that one'))],
      prompt: 'this one\nbeside that one',
      pictures: [1, 0],
      isAdapted: false,
    },
    {
      name: 'neighbours of one role as one turn',
      turns: [user(text('a fox')), user(text('in snow'))],
      prompt: 'a fox\nin snow',
      pictures: [],
      isAdapted: false,
    },
    {
      name: 'a conversation as an edit of its last picture, before the references of the last turn',
      turns: [
        user(text('a fox'), image(0)),
        model(text('Here.'), image(1)),
        user(text('blue')),
        model(thought(image(9)), image(2), image(3)),
        user(text('with this hat'), image(4)),
      ],
      prompt: 'with this hat',
      pictures: [3, 4],
      isAdapted: true,
    },
    {
      name: 'what was said since the last picture, by its speakers',
      turns: [
        user(text('a fox')),
        model(image(0), text('Here.')),
        user(text('make it blue')),
        model(text('Light or dark?')),
        user(text('dark')),
      ],
      prompt: 'Our conversation so far:\n\nUser: make it blue\n\nYou: Light or dark?\n\nNow do this: dark',
      pictures: [0],
      isAdapted: true,
    },
    {
      name: 'all that was said where there is no picture yet',
      turns: [user(text('draw something')), model(text('What?')), user(text('a fox'))],
      prompt: 'Our conversation so far:\n\nUser: draw something\n\nYou: What?\n\nNow do this: a fox',
      pictures: [],
      isAdapted: true,
    },
    {
      name: 'pictures of the user with the words they still wait for',
      turns: [
        user(text('which is nicer?'), image(0), image(1)),
        model(text('The cat.')),
        user(text('draw it as a comic')),
      ],
      prompt: 'Our conversation so far:\n\nUser: which is nicer?\n\nYou: The cat.\n\nNow do this: draw it as a comic',
      pictures: [0, 1],
      isAdapted: true,
    },
    {
      name: 'no thoughts',
      turns: [user(text('a fox')), model(thought(text('Hm.')), thought(image(0))), user(text('go on'))],
      prompt: 'Our conversation so far:\n\nUser: a fox\n\nNow do this: go on',
      pictures: [],
      isAdapted: true,
    },
    { name: 'nothing where nothing is said', turns: [user(image(0))], prompt: '', pictures: [0], isAdapted: false },
  ])('tells $name', ({ turns, prompt, pictures, isAdapted }) => {
    const spoken = toSpoken(turns);

    expect({ ...spoken, pictures: spoken.pictures.map(({ input }) => input) }).toEqual({ prompt, pictures, isAdapted });
  });
});
