/** When the element lets the form around it go out, and what it says when not. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { PeelStudio } from '../../widget/peel-studio.ts';
import {
  appear,
  create,
  draw,
  eventOf,
  type FakeWorker,
  fakeWorker,
  inside,
  press,
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

it('asks for words where they are required', async () => {
  const studio = await inForm({ required: true });
  expect(studio.validity.valueMissing).toBe(true);
  expect(studio.validationMessage).toBe('Describe a picture first.');
  expect(form.checkValidity()).toBe(false);
  expect(inside(studio, '[part~=prompt]').getAttribute('aria-required')).toBe('true');

  await write(studio, 'a fox');

  expect(form.checkValidity()).toBe(true);
});

it('asks for a chosen picture where one is required', async () => {
  const studio = await inForm({ requireResult: true });
  await draw(studio);
  expect(studio.validity.valueMissing).toBe(true);
  expect(studio.validationMessage).toBe('Make a picture and choose it first.');

  await press(studio, '.use');

  expect(form.checkValidity()).toBe(true);
});

it('asks for as many characters as the page wants, and says so on a press too', async () => {
  const studio = await inForm({ minlength: 10 });
  expect(studio.validity.valid).toBe(true);
  await write(studio, 'a fox');
  expect(studio.validity.tooShort).toBe(true);

  await press(studio, '.primary');
  await vi.waitFor(() => expect(textOf(studio, '[part=hint]')).toBe('Please use at least 10 characters.'));
  expect(worker.askedFor('/peel/session')).toEqual([]);
  await write(studio, 'a fox in the snow');

  expect(studio.validity.valid).toBe(true);
  expect(textOf(studio, '[part=hint]')).toBe('20 of 20 left today');
});

it('is the page’s own where it has something to say', async () => {
  const studio = await inForm();

  studio.setCustomValidity('Not on Sundays.');
  expect([studio.validity.customError, studio.validationMessage]).toEqual([true, 'Not on Sundays.']);
  studio.setCustomValidity('');

  expect(studio.checkValidity()).toBe(true);
});

it('is not lost by a refusal or a limit', async () => {
  const studio = await inForm({ required: true });
  worker.generate = () => new Response(null, { status: 429 });

  await write(studio, 'a fox');
  await press(studio, '.primary');
  await appear(studio, '[part=notice]');

  expect(studio.checkValidity()).toBe(true);
});

it('reports with the focus in the words', async () => {
  const studio = await inForm({ required: true });
  const invalid = vi.fn((event: Event) => event.preventDefault());
  studio.addEventListener('invalid', invalid);

  expect(studio.reportValidity()).toBe(false);

  expect(invalid).toHaveBeenCalledOnce();
});
