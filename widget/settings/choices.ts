/** Decisions of the settings panel: what it offers, and why it does not offer the rest. */
import type { SiteModel } from '../../worker/protocol.ts';
import type { Words } from '../words/words.ts';
import { nameOfShape, parseRatio, RATIOS } from './ratios.ts';
import { type Settings, type Tier, tierOf } from './settings.ts';

/** The shapes before More is pressed, and the first row after it. */
const FIRST_ROW = ['auto', '1:1', '3:4', '9:16', '16:9'];
/** As many tiles as the short form of the picker has, More among them. */
const SHORT = FIRST_ROW.length + 1;
const TIERS: readonly Tier[] = ['quickest', 'fast', 'best'];

/**
 * The shapes that any model of the page draws, in the picker's order. A shape without a name comes last.
 *
 * @returns `first` are the shapes before More is pressed. `all` is as long as `first` where More has nothing to add.
 */
export function shapesOf(models: readonly SiteModel[]): { first: string[]; all: string[] } {
  const drawn = new Set(models.flatMap(({ aspectRatios }) => aspectRatios));
  const all = ['auto', ...new Set([...RATIOS.filter((id) => drawn.has(id)), ...drawn])];
  return { all, first: all.length > SHORT ? all.filter((id) => FIRST_ROW.includes(id)) : all };
}

/** Sizes that any model of the page draws, smallest first. Nobody misses 512 where the chosen model lacks it. */
export function sizesOf(models: readonly SiteModel[], { model }: Settings): string[] {
  const drawn = new Set(models.flatMap(({ sizes }) => sizes));
  const pixels = (size: string) => Number.parseInt(size, 10) * (/k$/i.test(size) ? 1024 : 1);
  return [...drawn]
    .filter((size) => size !== '512' || model.sizes.includes(size))
    .sort((one, other) => pixels(one) - pixels(other));
}

/** The model behind each word. Of several with one word it is the chosen one, else the site's default, else the first. */
export function modelsByTier(models: readonly SiteModel[], chosen: string, fallback: string) {
  return TIERS.flatMap((tier) => {
    const some = models.filter(({ id }) => tierOf(models, id) === tier);
    const model = some.find(({ id }) => id === chosen) ?? some.find(({ id }) => id === fallback) ?? some[0];
    return model ? [{ tier, model }] : [];
  });
}

/**
 * The thinking levels that are offered: the model's own choice, then those above its lowest, at most two. A visitor
 * has no use for less care than usual.
 */
export const careOf = ({ thinking }: SiteModel): string[] => ['', ...thinking.slice(1).slice(-2)];

/** Whose choice it would be, such as "Best or Quickest". The name of a model stands for one of the chosen word. */
export function owners(
  models: readonly SiteModel[],
  chosen: string,
  words: Words,
  has: (model: SiteModel) => boolean,
): string {
  const own = tierOf(models, chosen);
  const names = models.filter(has).map(({ id, displayName }) => {
    const tier = tierOf(models, id);
    return tier && tier !== own ? words.say(tier) : displayName;
  });
  return new Intl.ListFormat(words.lang, { type: 'disjunction' }).format(new Set(names));
}

/** Such as `16:9`, with the digits of the language. */
export function figuresOf(id: string, words: Words): string {
  const { width, height } = parseRatio(id);
  return `${words.number(width)}:${words.number(height)}`;
}

export function shapeWord(id: string, words: Words): string {
  const key = nameOfShape(id);
  return key ? words.say(key) : figuresOf(id, words);
}

/** Soft hyphens are for the narrow tile only. */
export const withoutHyphens = (text: string): string => text.replaceAll('\u00ad', '');

/** Such as "Wide, 16 to 9". */
export function spokenShape(id: string, words: Words): string {
  const name = withoutHyphens(shapeWord(id, words));
  return id === 'auto' ? name : words.say('spokenShape', { name, ...parseRatio(id) });
}

/**
 * The sides of a drawing of a shape. All drawings have the area of the square, so that they look equally heavy; one
 * that would leave the box is smaller. The ratio is always the true one.
 *
 * @param side Of the square.
 */
export function drawnSize(id: string, side: number, box: { width: number; height: number }) {
  const { width, height } = parseRatio(id);
  const scale = Math.min(side / Math.sqrt(width * height), box.width / width, box.height / height);
  return { width: width * scale, height: height * scale };
}
