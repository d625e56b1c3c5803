import { expect, it, vi } from 'vitest';
import { userEvent } from 'vitest/browser';
import { type PanelView, renderPanel, styles } from '../../../widget/settings/panel.ts';
import { parseRatio } from '../../../widget/settings/ratios.ts';
import { type StudioOptions, settle } from '../../../widget/settings/settings.ts';
import { STAGE } from '../../../widget/words/english/stage.ts';
import { addEnglish, type Messages, Words } from '../../../widget/words/words.ts';
import type { SiteFacts } from '../../../worker/protocol.ts';
import { FACTS, FLASH, LITE, modelOf, overflowing, PRO, place } from './facts.ts';

// A picture can be changed only when the engine is there with its words.
addEnglish(STAGE);

interface Show extends Partial<Pick<PanelView, 'changing' | 'allowed'>> {
  facts?: SiteFacts;
  options?: Partial<StudioOptions>;
  open?: Partial<PanelView['open']>;
  width?: number;
  dir?: 'ltr' | 'rtl';
  words?: Words;
}

/** A panel that follows its visitor, as it does in the element. */
function show({ facts = FACTS, options: given, open: opened, width, dir, words = new Words(), ...rest }: Show = {}) {
  const options: StudioOptions = {
    model: '',
    models: rest.allowed?.models ?? '',
    aspectRatio: 'auto',
    resolution: '',
    thinking: '',
    grounding: 'none',
    count: 1,
    ...given,
  };
  const open = { shapes: false, more: false, ...opened };
  const chosen = vi.fn();
  const { root, show: draw, host } = place({ ...(width && { width }), ...(dir && { dir }), styles });
  const update = () =>
    draw(
      renderPanel({
        words,
        facts,
        settings: settle(facts, options)!,
        open,
        changing: false,
        allowed: {},
        ...rest,
        onOptions(partial) {
          chosen(partial);
          Object.assign(options, partial);
          update();
        },
        onToggle(name) {
          open[name] = !open[name];
          update();
        },
      }),
    );
  update();
  const all = <Found extends HTMLElement>(selector: string) => [...root.querySelectorAll<Found>(selector)];
  const radio = (label: string) =>
    all<HTMLInputElement>('input').find(
      (input) => (input.ariaLabel ?? input.closest('label')?.textContent?.trim()) === label,
    )!;
  const button = (text: string) => all<HTMLButtonElement>('button').find((one) => one.textContent?.includes(text))!;
  const legends = () => all('legend, .exact span:not(.list), .check').map((one) => one.textContent?.trim());
  return { host, root, all, radio, button, legends, chosen, open, focused: () => root.activeElement as HTMLElement };
}

const SHORT = ['Any', 'Square, 1 to 1', 'Portrait, 3 to 4', 'Tall, 9 to 16', 'Wide, 16 to 9'];

it('shows five shapes and More, each with its spoken name', () => {
  const panel = show();

  expect(panel.all('[name=shape]').map((input) => input.ariaLabel)).toEqual(SHORT);
  expect(panel.button('More')).toBeTruthy();
  expect(panel.all('.figures')).toEqual([]);
});

it('shows all fifteen after More, the same five first, with their figures', async () => {
  const panel = show();

  await userEvent.click(panel.button('More'));

  expect(panel.all('[name=shape]').map((input) => input.ariaLabel)).toEqual([
    ...SHORT,
    'Card, 5 to 4',
    'Classic, 4 to 3',
    'Photo, 3 to 2',
    'Cinema, 21 to 9',
    'Banner, 4 to 1',
    'Ribbon, 8 to 1',
    'Post, 4 to 5',
    'Poster, 2 to 3',
    'Bookmark, 1 to 4',
    'Spine, 1 to 8',
  ]);
  expect(panel.all('.figures')).toHaveLength(14);
});

it('moves focus from More, which goes away, to the chosen shape', async () => {
  const panel = show({ options: { aspectRatio: '9:16' } });
  panel.button('More').focus();

  await userEvent.keyboard('{Enter}');

  expect(panel.focused()).toBe(panel.radio('Tall, 9 to 16'));
  expect(panel.all('[name=shape]')).toHaveLength(15);
});

it('lays all shapes out in five columns, and in three where the element is narrow', () => {
  for (const { width, columns } of [
    { width: 340, columns: 5 },
    { width: 280, columns: 3 },
  ]) {
    const panel = show({ width, open: { shapes: true } });
    const tops = panel.all('.tile').map((tile) => Math.round(tile.getBoundingClientRect().top));

    expect(tops.filter((top) => top === tops[0])).toHaveLength(columns);
  }
});

it('starts at the right in a right-to-left page', () => {
  const panel = show({ dir: 'rtl' });
  const [any, square] = panel.all('.tile').map((tile) => tile.getBoundingClientRect());

  expect(any!.left).toBeGreaterThan(square!.right - 1);
});

it('draws each shape in its true ratio', () => {
  const panel = show({ open: { shapes: true } });
  const drawn = panel.all('.tile').slice(1);

  for (const tile of drawn) {
    const { width, height } = tile.querySelector('rect')!.getBoundingClientRect();
    const ratio = parseRatio(tile.querySelector('.figures')!.textContent!);
    expect(width / height).toBeCloseTo(ratio.width / ratio.height, 1);
  }
});

it('chooses by arrow keys, and stays one stop for Tab', async () => {
  const panel = show({ options: { aspectRatio: '1:1' } });
  panel.radio('Square, 1 to 1').focus();

  await userEvent.keyboard('{ArrowRight}');
  expect(panel.chosen).toHaveBeenLastCalledWith({ aspectRatio: '3:4' });
  expect(panel.radio('Portrait, 3 to 4').checked).toBe(true);

  await userEvent.tab();
  expect(panel.focused()).toBe(panel.button('More'));
  await userEvent.tab();
  expect(panel.focused()).toBe(panel.radio('Fast'));
});

it('keeps what the model lacks, dimmed, with the reason', () => {
  const panel = show({ options: { model: 'pro' }, open: { shapes: true } });
  const ribbon = panel.radio('Ribbon, 8 to 1');

  expect(ribbon.disabled).toBe(true);
  expect(ribbon.title).toBe('Only with Fast');
  expect(getComputedStyle(ribbon.closest('label')!).opacity).toBe('0.6');
  expect(panel.all('p').map((line) => line.textContent?.trim())).toEqual([
    'Banner, Ribbon, Bookmark, Spine: only with Fast',
  ]);
});

it('names every word under which a missing size is had', () => {
  const panel = show({ options: { model: 'lite' } });

  expect(panel.radio('Large').disabled).toBe(true);
  expect(panel.radio('Large').title).toBe('Only with Fast or Best');
  expect(panel.radio('Screen').checked).toBe(true);
  expect(panel.all('p').map((line) => line.textContent)).toEqual(['Large, Print: only with Fast or Best']);
});

it('names the model where the word is that of the chosen one', () => {
  const old = modelOf('old', { displayName: 'Old one', expectedMs: { '1K': 12_000 } });
  const panel = show({
    facts: { ...FACTS, models: [LITE, PRO, FLASH, old] },
    options: { model: 'old' },
    open: { shapes: true },
  });

  expect(panel.radio('Spine, 1 to 8').title).toBe('Only with Nano Banana 2.1');
});

it('leaves out a shape that no model of the page draws', () => {
  const panel = show({ allowed: { models: 'pro lite' }, open: { shapes: true } });

  expect(panel.all('[name=shape]')).toHaveLength(11);
});

it('has no More where it would add nothing', () => {
  const facts = { ...FACTS, models: [modelOf('few', { aspectRatios: ['4:3', '1:1', '7:5'] })] };
  const panel = show({ facts });

  expect(panel.all('[name=shape]').map((input) => input.ariaLabel)).toEqual([
    'Any',
    'Square, 1 to 1',
    'Classic, 4 to 3',
    '7:5, 7 to 5',
  ]);
  expect(panel.all('button').map((one) => one.textContent?.trim())).toEqual(['More choices']);
});

it('shows the chosen shape, wherever the choice came from, and stays whole when another is chosen', async () => {
  const panel = show({ options: { aspectRatio: '4:1' } });
  expect(panel.radio('Banner, 4 to 1').checked).toBe(true);

  await userEvent.click(panel.radio('Square, 1 to 1'));

  expect(panel.all('[name=shape]')).toHaveLength(15);
  expect(panel.focused()).toBe(panel.radio('Square, 1 to 1'));
});

it('offers to keep the shape of a picture that is changed', () => {
  expect(show({ changing: true }).all('[name=shape]')[0]?.ariaLabel).toBe('Same shape');
});

it('offers quality by people’s words, the quickest first', async () => {
  const panel = show();
  expect(panel.all('[name=quality]').map((input) => input.closest('label')?.textContent?.trim())).toEqual([
    'Quickest',
    'Fast',
    'Best',
  ]);

  await userEvent.click(panel.radio('Best'));

  expect(panel.chosen).toHaveBeenLastCalledWith({ model: 'pro' });
});

it('offers the smallest size only with a model that has it', () => {
  const tiny = modelOf('tiny', { sizes: ['512', '1K'] });
  const facts = { ...FACTS, models: [FLASH, tiny] };
  const sizes = (model: string) =>
    show({ facts, options: { model } })
      .all('[name=size]')
      .map((input) => input.closest('label')?.textContent?.trim());

  expect(sizes('tiny')).toEqual(['Small', 'Screen', 'Large', 'Print']);
  expect(sizes('flash')).toEqual(['Screen', 'Large', 'Print']);
});

it('opens More choices, with care, number, look-ups and the exact model', async () => {
  const panel = show();
  expect(panel.legends()).toEqual(['Shape', 'Quality', 'Size']);
  const more = panel.button('More choices');
  expect(more.ariaExpanded).toBe('false');

  await userEvent.click(more);

  expect(more.ariaExpanded).toBe('true');
  expect(panel.legends()).toEqual([
    'Shape',
    'Quality',
    'Size',
    'Care',
    'How many',
    'Look things up on the web',
    'Drawn by',
  ]);
});

it('sends the choices of More choices', async () => {
  const panel = show({ open: { more: true } });

  await userEvent.click(panel.radio('Very careful'));
  expect(panel.chosen).toHaveBeenLastCalledWith({ thinking: 'high' });
  await userEvent.click(panel.radio('Usual'));
  expect(panel.chosen).toHaveBeenLastCalledWith({ thinking: '' });
  await userEvent.click(panel.radio('3'));
  expect(panel.chosen).toHaveBeenLastCalledWith({ count: 3 });
  await userEvent.click(panel.radio('Look things up on the web'));
  expect(panel.chosen).toHaveBeenLastCalledWith({ grounding: 'web' });
  await userEvent.click(panel.radio('Look things up on the web'));
  expect(panel.chosen).toHaveBeenLastCalledWith({ grounding: 'none' });
  await userEvent.selectOptions(panel.all('select')[0]!, 'lite');
  expect(panel.chosen).toHaveBeenLastCalledWith({ model: 'lite' });
});

it('says no more of care than the model has', () => {
  const care = (model: string) =>
    show({ options: { model }, open: { more: true } })
      .all('[name=care]')
      .map((input) => input.closest('label')?.textContent?.trim());

  expect(care('lite')).toEqual(['Usual', 'Careful']);
  expect(care('pro')).toEqual([]);
});

it('leaves out every row with one choice', () => {
  const plain = modelOf('plain', { sizes: ['1K'] });
  const panel = show({ facts: { ...FACTS, models: [plain], limits: { perMinute: 1, perDay: 9 } } });

  expect(panel.legends()).toEqual(['Shape']);
  expect(panel.button('More choices')).toBeUndefined();
});

it('leaves out what the page has fixed', () => {
  const panel = show({
    open: { more: true },
    allowed: { fixed: ['model', 'aspectRatio', 'resolution', 'grounding', 'count'] },
  });

  expect(panel.legends()).toEqual(['Care']);
});

it('keeps its events to itself, because on the element they would look like typing', async () => {
  const panel = show({ open: { more: true } });
  const heard = vi.fn();
  for (const type of ['input', 'change']) panel.host.addEventListener(type, heard);

  await userEvent.click(panel.radio('Best'));
  await userEvent.selectOptions(panel.all('select')[0]!, 'flash');

  expect(heard).not.toHaveBeenCalled();
});

it('has every part of the contract', () => {
  const panel = show({ open: { more: true } });
  const parts = new Set(panel.all('[part]').map((element) => element.getAttribute('part')));

  expect(parts).toEqual(
    new Set(['settings', 'ratio', 'ratio-option', 'segment', 'resolution', 'thinking', 'grounding', 'model']),
  );
});

it('has no target under 24 pixels', () => {
  const panel = show({ width: 280, open: { shapes: true, more: true } });

  for (const target of panel.all('label:not(.exact), button, select')) {
    const { width, height } = target.getBoundingClientRect();
    expect(Math.min(width, height), target.textContent ?? '').toBeGreaterThanOrEqual(24);
  }
});

const GERMAN: Messages = {
  any: 'Beliebig',
  portrait: 'Hochformat',
  banner: 'Spruchband',
  bookmark: 'Lesezeichen',
  spine: 'Buchrücken',
  quickest: 'Am allerschnellsten',
  fast: 'Schnell',
  best: 'Am besten',
  screen: 'Bildschirm',
  print: 'Druckgröße',
  moreChoices: 'Weitere Einstellungsmöglichkeiten',
  veryCareful: 'Besonders sorgfältig',
  lookUp: 'Unbekanntes vorher im Internet nachschlagen',
  drawnBy: 'Gezeichnet von',
};
const ARABIC: Messages = {
  any: 'أي شكل',
  photo: 'صورة فوتوغرافية',
  bookmark: 'فاصل الكتاب',
  quickest: 'الأسرع على الإطلاق',
  moreChoices: 'خيارات أخرى كثيرة',
  veryCareful: 'بعناية فائقة جدا',
};

it.each([
  { lang: 'de', dir: 'ltr' as const, messages: GERMAN },
  { lang: 'ar', dir: 'rtl' as const, messages: ARABIC },
])('holds the lengths of $lang at 280 pixels and at 337', ({ lang, dir, messages }) => {
  const four = modelOf('four', { sizes: ['512', '1K', '2K', '4K'], thinking: ['minimal', 'low', 'medium', 'high'] });
  for (const width of [280, 337]) {
    const panel = show({
      width,
      dir,
      words: new Words(lang, messages),
      facts: { ...FACTS, models: [FLASH, PRO, LITE, four] },
      options: { model: 'four' },
      open: { shapes: true, more: true },
    });

    expect(overflowing(panel.root)).toEqual([]);
  }
});
