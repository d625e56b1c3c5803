/** A site whose owner has written the words, and whose visitors fill the gaps. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { userEvent } from 'vitest/browser';
import type { PeelStudio } from '../../widget/peel-studio.ts';
import type { TemplateSlot } from '../../worker/protocol.ts';
import { smallPicture } from './states.ts';
import {
  appear,
  create,
  eventOf,
  FACTS,
  type FakeWorker,
  fakeWorker,
  find,
  focused,
  inside,
  mount,
  orders,
  pictureChunk,
  press,
  resultOf,
  STOP,
  streamOf,
  textOf,
  tidyUp,
} from './support.ts';

const slot = (own: Partial<TemplateSlot>): TemplateSlot => ({
  name: 'x',
  label: 'X',
  type: 'text',
  maxLength: 0,
  choices: [],
  required: false,
  ...own,
});
const SLOTS = [
  slot({ name: 'who', label: 'For whom', maxLength: 24, required: true }),
  slot({ name: 'cake', label: 'Which cake', type: 'choice', choices: ['Lemon', 'Nut'], required: true }),
];

let worker: FakeWorker;
let studio: PeelStudio;

beforeEach(async () => {
  worker = fakeWorker();
  await show(SLOTS);
});

afterEach(tidyUp);

async function show(slots: TemplateSlot[]) {
  document.body.replaceChildren();
  worker.site = () => Response.json({ ...FACTS, promptMode: 'template', slots });
  studio = await mount(worker);
  await appear(studio, '.slots');
}

async function fill(text: string) {
  const field = inside<HTMLInputElement>(studio, '.slots input[type=text]');
  field.focus();
  field.value = text;
  field.dispatchEvent(new InputEvent('input', { bubbles: true }));
  await studio.updateComplete;
}

async function choose(at: number) {
  studio.shadowRoot?.querySelectorAll<HTMLInputElement>('.option input')[at]?.click();
  await studio.updateComplete;
}

it('shows the owner’s form in place of words, settings and tools', () => {
  expect(find(studio, '[part~=prompt]')).toBeNull();
  expect(find(studio, '[part~=settings-toggle]')).toBeNull();
  expect(find(studio, '.add')).toBeNull();
  expect(textOf(studio, '.slots')).toContain('For whom');
  expect(textOf(studio, '.primary')).toBe('Make picture');
});

it('sends the values by name, and no words of the visitor’s own', async () => {
  await fill('Grandma');
  await choose(1);

  const { results } = await resultOf(studio, () => press(studio, '.primary'));

  expect(orders(worker)[0]?.body).toMatchObject({
    contents: [{ role: 'user', parts: [{ peelTemplate: { slots: { who: 'Grandma', cake: 'Nut' } } }] }],
  });
  expect(results[0]?.alt).toBe('Picture made with AI: Grandma, Nut');
  expect(studio.slotValues).toEqual({ who: 'Grandma', cake: 'Nut' });
});

it('stays filled beside the picture, makes another take unchanged, and offers no words to begin a change', async () => {
  await fill('Grandma');
  await choose(1);
  await resultOf(studio, () => press(studio, '.primary'));
  expect(inside<HTMLInputElement>(studio, '.slots input[type=text]').value).toBe('Grandma');
  expect(find(studio, '.change')).toBeNull();
  expect(find(studio, '.quick')).toBeNull();
  expect(inside<HTMLInputElement>(studio, '.switch :checked').value).toBe('new');

  await resultOf(studio, () => press(studio, '.primary'));

  expect(orders(worker)[1]?.body).toEqual(orders(worker)[0]?.body);
  expect(orders(worker)[1]?.headers.get('Peel-Variant')).toBe('take-2');
});

it('says at each slot what is wrong, moves into the first one, and sends nothing', async () => {
  await press(studio, '.primary');
  await appear(studio, '.slot.invalid');

  expect(textOf(studio, '.slots')).toContain('Please fill this in.');
  expect(textOf(studio, '.slots')).toContain('Please choose one.');
  await vi.waitFor(() => expect(focused(studio)).toBe(inside(studio, '.slots input[type=text]')));
  expect(worker.askedFor('/peel/session')).toEqual([]);
  await fill('Grandma');

  expect(textOf(studio, '.slots')).not.toContain('Please fill this in.');
});

it('moves into the wrong slot and not into the first one', async () => {
  await fill('Grandma');

  await press(studio, '.primary');
  await appear(studio, '.slot.invalid');

  await vi.waitFor(() => expect(focused(studio)?.closest('.slot')?.textContent).toContain('Which cake'));
});

it('sends by Enter in a text, once', async () => {
  await fill('Grandma');
  await choose(0);
  inside(studio, '.slots input[type=text]').focus();

  await resultOf(studio, () => userEvent.keyboard('{Enter}'));

  expect(orders(worker)).toHaveLength(1);
});

it('takes values from the page, and checks them like the visitor’s', async () => {
  studio.slotValues = { who: 'Grandma', cake: 'Poison' };
  await studio.updateComplete;
  await expect(studio.generate()).rejects.toMatchObject({ code: 'INVALID' });

  studio.slotValues = { who: 'Grandma', cake: 'Lemon' };
  await studio.generate();

  expect(orders(worker)).toHaveLength(1);
});

it('sends a photo with its slot', async () => {
  await show([...SLOTS, slot({ name: 'photo', label: 'A photo', type: 'photo', required: true })]);
  await fill('Grandma');
  await choose(0);
  await studio.addReference(await smallPicture());
  await appear(studio, '[part=reference]');

  await resultOf(studio, () => press(studio, '.primary'));

  expect(orders(worker)[0]?.body).toMatchObject({
    contents: [
      {
        parts: [
          {
            peelTemplate: {
              slots: { who: 'Grandma', cake: 'Lemon', photo: `${location.origin}/v1beta/files/file-1` },
            },
          },
        ],
      },
    ],
  });
});

it('has one photo, which another takes the place of, without a number and in line with the rest', async () => {
  await show([slot({ name: 'photo', label: 'A photo', type: 'photo', required: true })]);
  expect(textOf(studio, '.slot .tonal')).toBe('Add a photo');
  await studio.addReference(await smallPicture());
  await appear(studio, '[part=reference]');
  const first = studio.references[0]?.id;

  await studio.addReference(await smallPicture());
  await studio.updateComplete;

  expect(studio.references).toHaveLength(1);
  expect(studio.references[0]?.id).not.toBe(first);
  expect(textOf(studio, '.slot .tonal')).toBe('Another photo');
  await vi.waitFor(() => expect(studio.references[0]?.state).toBe('ready'));
  expect(find(studio, '.ref-number')?.checkVisibility()).toBe(false);
  const [picture, button] = ['[part=reference]', '.slot .tonal'].map((at) =>
    inside(studio, at).getBoundingClientRect(),
  );
  expect(picture?.left).toBe(button?.left);
  expect(button && picture && button.top - picture.bottom).toBeGreaterThanOrEqual(6);
});

it.each([280, 390])('says Download where there is room for the word: %i', async (width) => {
  document.body.replaceChildren();
  studio = await mount(worker, {}, width);
  await appear(studio, '.slots');
  await fill('Grandma');
  await choose(0);
  await resultOf(studio, () => press(studio, '.primary'));

  const word = inside(studio, '.download span');
  expect(word.getBoundingClientRect().width).toBeGreaterThan(40);
  const [under, more] = ['.actions', '.more'].map((at) => inside(studio, at).getBoundingClientRect());
  expect(more?.right).toBeCloseTo(under?.right ?? 0, 0);
});

it.each([280, 390])('leaves no hole under a picture of another shape after the next press: %i', async (width) => {
  document.body.replaceChildren();
  studio = await mount(worker, {}, width);
  await appear(studio, '.slots');
  await fill('Grandma');
  await choose(0);
  await resultOf(studio, () => press(studio, '.primary'));
  const hole = () => {
    const [caption, head] = ['.caption', '.switch'].map((at) => inside(studio, at).getBoundingClientRect());
    return (head?.top ?? 0) - (caption?.bottom ?? 0);
  };
  expect(hole()).toBeGreaterThan(100);

  await choose(1);

  expect(hole()).toBeLessThan(40);
});

it('changes the shown picture where the visitor says so, and goes on from the new one', async () => {
  await fill('Grandma');
  await choose(1);
  const { results: first } = await resultOf(studio, () => press(studio, '.primary'));

  inside<HTMLInputElement>(studio, '.switch [value=change]').click();
  await studio.updateComplete;
  expect(textOf(studio, '.primary')).toBe('Make the change');
  await choose(0);
  const { results: second } = await resultOf(studio, () => press(studio, '.primary'));

  expect(orders(worker)[1]?.body).toMatchObject({
    contents: [{ parts: [{ peelTemplate: { slots: { who: 'Grandma', cake: 'Lemon' }, previous: first[0]?.url } }] }],
  });
  expect(second[0]?.order.from).toBeDefined();
  expect(inside<HTMLInputElement>(studio, '.switch :checked').value).toBe('change');
});

it('changes a picture where the page says so', async () => {
  await fill('Grandma');
  await choose(1);
  const { results: first } = await resultOf(studio, () => press(studio, '.primary'));

  studio.slotValues = { who: 'Grandpa', cake: 'Nut' };
  await studio.edit('another name');

  expect(orders(worker)[1]?.body).toMatchObject({
    contents: [{ parts: [{ peelTemplate: { slots: { who: 'Grandpa', cake: 'Nut' }, previous: first[0]?.url } }] }],
  });
});

it('is back after a reload during a run', async () => {
  await fill('Grandma');
  await choose(0);
  worker.generate = () => new Promise(() => undefined);
  await press(studio, '.primary');
  await vi.waitFor(() => expect(orders(worker)).toHaveLength(1));
  studio.remove();
  worker.generate = () => streamOf([pictureChunk(), STOP]);

  studio = create(worker);
  const result = eventOf(studio, 'peel-result');
  document.body.append(studio);
  await result;

  expect(orders(worker)[1]?.body).toEqual(orders(worker)[0]?.body);
});

it('moves its focus into the first slot', () => {
  studio.focus();

  expect(focused(studio)).toBe(inside(studio, '.slots input[type=text]'));
});

it('disables every control with the element', async () => {
  studio.disabled = true;
  await studio.updateComplete;

  const open = studio.shadowRoot?.querySelectorAll('.slots :is(input, select, button):not(:disabled)') ?? [];
  expect([...open]).toEqual([]);
});

describe('words of the visitor’s own have no way in', () => {
  it('not by a change that the page asks for', async () => {
    await fill('Grandma');
    await choose(0);
    await resultOf(studio, () => press(studio, '.primary'));

    await studio.edit('as a photo');

    expect(JSON.stringify(orders(worker)[1]?.body)).not.toContain('as a photo');
  });

  it('not by the words of an attribute, an idea or an example', async () => {
    worker.site = () =>
      Response.json({
        ...{ ...FACTS, promptMode: 'template', slots: SLOTS, presets: [{ label: 'Sketch', prompt: 'a sketch' }] },
        wall: [{ image: '/wall/1.jpg', prompt: 'a fox', width: 3, height: 2 }],
      });
    document.body.replaceChildren();
    studio = await mount(worker, { value: 'my own words', slotValues: { who: 'Ada', cake: 'Nut' } });
    await appear(studio, '.slots');

    await resultOf(studio, () => press(studio, '.primary'));

    expect(find(studio, '[part~=ideas]')).toBeNull();
    expect(JSON.stringify(orders(worker)[0]?.body)).not.toContain('my own words');
    expect(orders(worker)[0]?.body).toMatchObject({
      contents: [{ parts: [{ peelTemplate: { slots: { who: 'Ada', cake: 'Nut' } } }] }],
    });
  });

  it('not by a marked place, and not by quick changes', async () => {
    await fill('Grandma');
    await choose(0);
    await resultOf(studio, () => press(studio, '.primary'));
    await press(studio, 'button.picture');
    await appear(studio, 'dialog[open]');

    expect(textOf(studio, 'dialog')).not.toContain('Mark a place');
    expect(find(studio, '.quick')).toBeNull();
  });
});

it('takes no picture where the form has no place for one', async () => {
  await expect(studio.addReference(await smallPicture())).rejects.toMatchObject({ code: 'INVALID' });

  expect(worker.askedFor('/upload/')).toEqual([]);
});

it('compares a picture with the one that it changed, and changes the earlier one once it is shown again', async () => {
  await fill('Grandma');
  await choose(0);
  const first = await resultOf(studio, () => press(studio, '.primary'));
  inside(studio, '.switch input').click();
  await choose(1);
  await resultOf(studio, () => press(studio, '.primary'));
  await studio.compare();
  await appear(studio, '[part~=compare]');

  await studio.select(first.turn);
  await fill('Grandpa');
  await resultOf(studio, () => press(studio, '.primary'));

  const sent = orders(worker).map(({ body }) => (body as { contents: { parts: unknown[] }[] }).contents[0]?.parts[0]);
  const previous = first.results[0]?.url;
  expect(sent.slice(1)).toEqual([
    { peelTemplate: { slots: { who: 'Grandma', cake: 'Nut' }, previous } },
    { peelTemplate: { slots: { who: 'Grandpa', cake: 'Nut' }, previous } },
  ]);
});
