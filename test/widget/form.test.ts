/** The element in a form of the page, without a script of the page. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { userEvent } from 'vitest/browser';
import type { PeelStudio } from '../../widget/peel-studio.ts';
import {
  appear,
  create,
  draw,
  eventOf,
  type FakeWorker,
  fakeWorker,
  find,
  focused,
  inside,
  mount,
  press,
  resultOf,
  textOf,
  tidyUp,
  write,
} from './support.ts';

let worker: FakeWorker;
let form: HTMLFormElement;

beforeEach(() => {
  worker = fakeWorker();
  form = document.createElement('form');
  form.addEventListener('submit', (event) => event.preventDefault());
});

afterEach(tidyUp);

async function inForm(attributes: Partial<PeelStudio> = {}): Promise<PeelStudio> {
  const studio = create(worker, { name: 'picture', ...attributes });
  const ready = eventOf(studio, 'peel-ready');
  form.append(studio);
  document.body.append(form);
  await ready;
  await studio.updateComplete;
  return studio;
}

const sent = () => Object.fromEntries(new FormData(form));

describe('the value', () => {
  it('is the words alone before a picture is chosen', async () => {
    const studio = await inForm();
    expect(sent()).toEqual({ 'picture.prompt': '' });

    await draw(studio, 'a fox');

    expect(sent()).toEqual({ 'picture.prompt': 'a fox' });
  });

  it('is the chosen picture’s address, with all the words that made it and its description', async () => {
    const studio = await inForm();
    await draw(studio, 'a fox');
    await draw(studio, 'at night');

    await press(studio, '.use');

    expect(sent()).toEqual({
      picture: studio.results[0]?.url,
      'picture.prompt': 'a fox\nat night',
      'picture.alt': 'Picture made with AI: a fox · at night',
    });
  });

  it('is the words with form-value=prompt', async () => {
    const studio = await inForm({ formValue: 'prompt' });

    await write(studio, 'a fox');

    expect(sent()).toEqual({ picture: 'a fox' });
  });

  it('is both with form-value=both, and the turn', async () => {
    const studio = await inForm({ formValue: 'both' });
    await draw(studio, 'a fox');
    expect(sent()).toEqual({ picture: 'a fox' });

    await press(studio, '.use');

    expect(sent()).toEqual({
      picture: 'a fox',
      'picture.image': studio.results[0]?.url,
      'picture.turn': studio.selected?.turn,
    });
  });

  it('stays the chosen picture while others are made and looked at, until it is taken back', async () => {
    const studio = await inForm();
    await draw(studio);
    await press(studio, '.use');
    const chosen = studio.results[0]?.url;
    await draw(studio, 'at night');
    expect(sent().picture).toBe(chosen);

    await studio.undo();
    await studio.updateComplete;
    expect(textOf(studio, '.use')).toBe('Chosen');
    await press(studio, '.use');

    expect(sent()).not.toHaveProperty('picture');
  });

  it('says which one it is while another is shown', async () => {
    const studio = await inForm();
    await draw(studio);
    await press(studio, '.use');
    await draw(studio, 'at night');

    expect(textOf(studio, '[part~=bar]')).toContain('Version 1 is chosen.');
    await studio.undo();
    await studio.updateComplete;
    expect(textOf(studio, '[part~=bar]')).not.toContain('is chosen.');
  });

  it('has no name to go under without one, or while the element is disabled', async () => {
    const studio = await inForm({ formValue: 'prompt', value: 'a fox' });
    studio.disabled = true;
    await studio.updateComplete;
    expect(sent()).toEqual({});

    studio.disabled = false;
    studio.name = '';
    await studio.updateComplete;

    expect(sent()).toEqual({});
  });

  it('stays at home in a disabled fieldset, which asks for nothing either', async () => {
    const studio = await inForm({ formValue: 'prompt', value: 'a fox', required: true });
    const fieldset = document.createElement('fieldset');
    form.append(fieldset);
    fieldset.append(studio);
    fieldset.disabled = true;
    await studio.updateComplete;
    expect([sent(), studio.willValidate]).toEqual([{}, false]);

    fieldset.disabled = false;
    await studio.updateComplete;

    expect([sent(), studio.willValidate]).toEqual([{ picture: 'a fox' }, true]);
  });

  it('goes out with a real submit', async () => {
    const studio = await inForm();
    await draw(studio);
    await press(studio, '.use');
    const submitted = vi.fn(() => sent().picture);
    form.addEventListener('submit', submitted);

    form.requestSubmit();

    expect(submitted).toHaveReturnedWith(studio.results[0]?.url);
  });

  it('is told to the page by a native change and by peel-use, which may be cancelled', async () => {
    const studio = await inForm();
    await draw(studio);
    const changed = vi.fn();
    form.addEventListener('change', changed);
    const used = eventOf(studio, 'peel-use');
    await press(studio, '.use');
    expect(await used).toMatchObject({ turn: studio.selected?.turn, index: 0, result: studio.results[0] });
    expect(changed).toHaveBeenCalledOnce();
    await press(studio, '.use');

    studio.addEventListener('peel-use', (event) => event.preventDefault());
    await press(studio, '.use');

    expect(sent()).not.toHaveProperty('picture');
    expect(textOf(studio, '.use')).toBe('Use this picture');
  });
});

it('never submits the form by Enter: in the words, in a radio button, on its own buttons', async () => {
  const studio = await inForm();
  const submitted = vi.fn();
  form.addEventListener('submit', submitted);
  studio.focus();
  await resultOf(studio, () => userEvent.keyboard('a fox{Enter}'));
  (await appear(studio, 'input[type=radio][value=new]')).focus();
  await userEvent.keyboard('{Enter}');
  await press(studio, '[part~=settings-toggle]');
  (await appear(studio, '#settings input')).focus();
  await userEvent.keyboard('{Enter}');
  for (const button of studio.shadowRoot?.querySelectorAll<HTMLElement>('.more, .line, .use') ?? []) {
    button.focus();
    await userEvent.keyboard('{Enter}');
  }

  expect(submitted).not.toHaveBeenCalled();
});

it('is an element of the form: by name, in its elements, with its label', async () => {
  const label = Object.assign(document.createElement('label'), { htmlFor: 'maker', textContent: 'Your card' });
  const studio = await inForm({ id: 'maker' });
  form.prepend(label);

  expect(form.elements.namedItem('picture')).toBe(studio);
  expect(studio.form).toBe(form);
  expect([...studio.labels]).toEqual([label]);
  expect(studio.type).toBe('peel-studio');
  expect(studio.willValidate).toBe(true);
  label.click();

  expect(focused(studio)).toBe(inside(studio, '[part~=prompt]'));
});

it('gives back with a reset what it began with, and keeps what was made', async () => {
  const studio = await inForm({ value: '' });
  studio.setAttribute('value', 'a fox');
  studio.remove();
  const other = create(worker, { name: 'picture' });
  other.setAttribute('value', 'a lighthouse');
  const ready = eventOf(other, 'peel-ready');
  form.append(other);
  await ready;
  await draw(other, 'something else');
  await press(other, '.use');

  form.reset();
  await other.updateComplete;

  expect(other.value).toBe('a lighthouse');
  expect(sent()).toEqual({ 'picture.prompt': 'a lighthouse' });
  expect(other.results).toHaveLength(1);
  expect(textOf(other, '.use')).toBe('Use this picture');
});

it('gets its words back when the browser restores a page', async () => {
  const studio = await inForm();

  studio.formStateRestoreCallback('a fox');
  await studio.updateComplete;

  expect(inside<HTMLTextAreaElement>(studio, '[part~=prompt]').value).toBe('a fox');
});

it('shows "Use this picture" where somebody waits for it, and only there', async () => {
  const studio = await mount(worker);
  await draw(studio);
  expect(find(studio, '.use')).toBeNull();
  expect(inside(studio, '.download').className).toContain('fill');

  studio.addEventListener('peel-use', () => undefined);
  await studio.updateComplete;
  expect(textOf(studio, '.use')).toBe('Use this picture');
  expect(inside(studio, '.use').className).toContain('fill');
  studio.useLabel = 'Put it on my cup';
  await studio.updateComplete;

  expect(textOf(studio, '.use')).toBe('Put it on my cup');
});

it('has one filled button at a time, from the first words to a change', async () => {
  const studio = await inForm();
  const filled = () =>
    [...(studio.shadowRoot?.querySelectorAll<HTMLElement>('.fill') ?? [])].map(({ textContent }) =>
      textContent?.trim(),
    );
  expect(filled()).toEqual(['Make picture']);

  await draw(studio);
  expect(filled()).toEqual(['Use this picture']);
  await write(studio, 'at night');
  expect(filled()).toEqual(['Make the change']);
  await write(studio, '');
  expect(filled()).toEqual(['Use this picture']);
  worker.generate = () => new Promise(() => undefined);
  await press(studio, '.primary');

  expect(filled()).toEqual([]);
});
