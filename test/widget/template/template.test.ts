import { html } from 'lit';
import { expect, it, vi } from 'vitest';
import { userEvent } from 'vitest/browser';
import {
  checkSlots,
  firstInvalid,
  renderTemplate,
  styles,
  type TemplateView,
} from '../../../widget/template/template.ts';
import { Words } from '../../../widget/words/words.ts';
import { overflowing, place } from '../settings/facts.ts';
import { CHOICE, PHOTO, TEXT, TOWN } from './slots.ts';

const SLOTS = [TEXT, CHOICE, TOWN, PHOTO];

/** A form that follows its visitor, as it does in the element. */
function show({ width, dir, ...given }: Partial<TemplateView> & { width?: number; dir?: 'ltr' | 'rtl' } = {}) {
  const { root, host, show: draw } = place({ ...(width && { width }), ...(dir && { dir }), styles });
  const view: TemplateView = {
    words: new Words(),
    slots: SLOTS,
    values: {},
    invalid: {},
    photo: () => html`<button type="button">Add a photo</button>`,
    onValue(name, value) {
      view.values = { ...view.values, [name]: value };
      update();
    },
    ...given,
  };
  const update = () => draw(renderTemplate(view));
  update();
  const find = <Found extends HTMLElement = HTMLElement>(selector: string) => root.querySelector<Found>(selector)!;
  const slot = (label: string) =>
    [...root.querySelectorAll<HTMLElement>('.slot')].find((one) => one.textContent?.includes(label))!;
  return { root, host, view, update, find, slot };
}

/** What assistive technology reads of an element's description. */
const descriptionOf = (root: ShadowRoot, element: Element) =>
  (element.getAttribute('aria-describedby') ?? '')
    .split(' ')
    .map((id) => root.getElementById(id)?.textContent)
    .join(' ');

it('labels every slot, and says of each what need not be filled', () => {
  const { find, slot } = show();

  expect(find<HTMLInputElement>('[type=text]').labels?.[0]?.textContent).toBe('Name on the label');
  expect(find<HTMLSelectElement>('select').labels?.[0]?.textContent).toBe('Town');
  expect(slot('Scent').role).toBe('radiogroup');
  expect(slot('Your animal').textContent).toContain('optional');
  expect(slot('Scent').textContent).not.toContain('optional');
});

it('counts a text as it is typed, without cutting it', async () => {
  const { root, view, find, slot } = show();
  const field = find<HTMLInputElement>('[type=text]');

  await userEvent.fill(field, 'Plum & Smoke');
  expect(slot('Name').textContent).toContain('12 of 24');
  await userEvent.fill(field, 'A name that is far too long for it');

  expect(view.values).toEqual({ name: 'A name that is far too long for it' });
  expect(descriptionOf(root, field)).toBe('34 of 24');
});

it('counts an optional text only once there is one', async () => {
  const { find, slot } = show({ slots: [{ ...TEXT, required: false }] });
  expect(slot('Name').textContent).toContain('optional');

  await userEvent.fill(find('[type=text]'), 'Plum');

  expect(slot('Name').textContent).toContain('4 of 24');
});

it('shows up to six choices as buttons, which arrow keys choose from, and more as a list', async () => {
  const { root, view, find, slot } = show();
  const [plum] = [...slot('Scent').querySelectorAll('input')];

  plum!.focus();
  await userEvent.keyboard(' {ArrowRight}');
  expect(view.values).toEqual({ scent: 'Lavender' });
  expect(root.activeElement?.closest('label')?.textContent?.trim()).toBe('Lavender');

  expect(find<HTMLSelectElement>('select').selectedOptions[0]?.textContent?.trim()).toBe('Choose one');
  await userEvent.selectOptions(find('select'), 'Celle');
  expect(view.values.town).toBe('Celle');
});

it('lets an optional choice be taken back', async () => {
  const { view, slot, find } = show({
    slots: [
      { ...CHOICE, required: false },
      { ...TOWN, required: false },
    ],
    values: { scent: 'Cedar', town: 'Celle' },
  });

  await userEvent.click(slot('Scent').querySelector('label:last-child')!);
  await userEvent.selectOptions(find('select'), 'None');

  expect(view.values).toEqual({ scent: '', town: '' });
});

it('draws the chosen option apart from the others', () => {
  const { slot } = show({ values: { scent: 'Cedar' } });
  const weights = [...slot('Scent').querySelectorAll('.option')].map((option) => getComputedStyle(option).fontWeight);

  expect(weights).toEqual(['400', '400', '600', '400']);
});

it('says what is wrong beside the slot, and knows where to put focus', () => {
  const form = show({ values: { name: 'a\u202eb', town: 'Celle' } });
  form.view.invalid = checkSlots(SLOTS, form.view.values, form.view.words);
  form.update();
  const field = form.find('[type=text]');

  expect(field.ariaInvalid).toBe('true');
  expect(descriptionOf(form.root, field)).toContain('There are hidden characters in this text.');
  expect(form.slot('Scent').ariaInvalid).toBe('true');
  expect(descriptionOf(form.root, form.slot('Scent'))).toContain('Please choose one.');
  expect(form.find('select').ariaInvalid).toBeNull();
  expect(firstInvalid(form.root)).toBe(field);
});

it('takes the photo’s controls from its host', () => {
  const asked = vi.fn();
  const { slot } = show({
    photo(given) {
      asked(given);
      return html`<button type="button">Add a photo</button>`;
    },
  });

  expect(asked).toHaveBeenCalledWith(PHOTO);
  expect(slot('Your animal').role).toBe('group');
  expect(slot('Your animal').querySelector('button')?.textContent).toBe('Add a photo');
});

it('keeps its events to itself, because on the element they would look like typing', async () => {
  const { host, find, slot } = show();
  const heard = vi.fn();
  for (const type of ['input', 'change']) host.addEventListener(type, heard);

  await userEvent.fill(find('[type=text]'), 'Plum');
  await userEvent.click(slot('Scent').querySelector('label')!);

  expect(heard).not.toHaveBeenCalled();
});

it('puts a label at the start and its limit at the end, in both directions', () => {
  for (const dir of ['ltr', 'rtl'] as const) {
    const { find } = show({ dir, values: { name: 'Plum' } });
    const frame = find('.slot').getBoundingClientRect();
    const label = find('[part=label]').getBoundingClientRect();
    const count = find('[part=count]').getBoundingClientRect();

    if (dir === 'ltr') expect([label.left, count.right]).toEqual([frame.left, frame.right]);
    else expect([label.right, count.left]).toEqual([frame.right, frame.left]);
  }
});

it.each(['ltr', 'rtl'] as const)('holds long words of the owner at 280 pixels, %s', (dir) => {
  const long = 'Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichen';
  const { root, view, update } = show({
    width: 280,
    dir,
    slots: [
      { ...TEXT, label: `Was soll auf dem Etikett der ${long} stehen?` },
      { ...CHOICE, choices: [long, 'Mit zwei Wörtern', 'Kurz'] },
      TOWN,
      PHOTO,
    ],
    values: { name: long, scent: long, town: TOWN.choices.at(-1)! },
  });
  view.invalid = checkSlots(view.slots, view.values, view.words);
  update();

  expect(overflowing(root).filter((one) => !one.startsWith('input'))).toEqual([]);
});

it('has no target under 24 pixels', () => {
  const { root } = show({ width: 280 });

  for (const target of root.querySelectorAll('.option, [type=text], select')) {
    const { width, height } = target.getBoundingClientRect();
    expect(Math.min(width, height)).toBeGreaterThanOrEqual(24);
  }
});
