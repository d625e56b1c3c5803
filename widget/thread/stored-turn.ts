/** How a turn is written down, and how it is read again. */
import type { SiteModel } from '../../worker/protocol.ts';
import type { Content, FilePart, GenerateBody, TemplatePart, TextPart } from '../api/gemini.ts';
import type { Source, Take } from '../api/model.ts';
import type { Order, Region, Result, SentReference, Turn } from '../model.ts';
import type { Settings } from '../settings/settings.ts';
import { amount, type Check, flag, isRecord, list, map, must, optional, record, shape, text } from './checks.ts';

/** All pictures of a turn have one order but for the name of the take, so it is written once. */
interface StoredResult extends Omit<Result, 'order'> {
  variant?: string;
}
export interface StoredTurn extends Omit<Turn, 'results'> {
  results: StoredResult[];
}

export const toStored = ({ results, ...turn }: Turn): StoredTurn => ({
  ...turn,
  results: results.map(({ order, ...result }) => ({ ...result, ...variantOf(order.take) })),
});

/** @param stored It has passed {@link checkTurn}. */
export const fromStored = ({ results, ...turn }: StoredTurn): Turn => ({
  ...turn,
  results: results.map(({ variant, ...result }) => {
    const { model, body } = turn.order.take;
    return { ...result, order: { ...turn.order, take: { model, body, ...(variant !== undefined && { variant }) } } };
  }),
});

/** Whether its pictures have an address. One that came as data lives no longer than the page. */
export const isStorable = ({ results }: Turn): boolean => results.every(({ url }) => /^https?:/.test(url));

const variantOf = ({ variant }: Take) => variant !== undefined && { variant };

/** @param endpoint The page loads nothing from elsewhere. */
export function checkTurn(endpoint: string): Check {
  const result = shape<StoredResult>({
    url: own(endpoint),
    mimeType: image,
    text,
    thoughts: text,
    cached: flag,
    content,
    sources: list(source),
    queries: list(text),
    suggestionUrl: optional(own(endpoint)),
    width: amount,
    height: amount,
    elapsedMs: amount,
    alt: text,
    variant: optional(text),
  });
  const fields = shape<StoredTurn>({
    id: must((value) => typeof value === 'string' && value !== '', 'must be text'),
    parent: optional(text),
    order,
    results: list(result, 1, 16),
    index: must(Number.isInteger, 'must be a whole number'),
    at: amount,
  });
  return (value, path) => {
    const fault = fields(value, path);
    if (fault) return fault;
    const { results, index } = value as StoredTurn;
    return results[index] ? undefined : `${path}.index must be that of a result.`;
  };
}

/** The endpoint as a whole address, without a slash at its end. A path is resolved as the page would. */
export const baseOf = (endpoint: string): string =>
  (URL.canParse(endpoint, document.baseURI) ? new URL(endpoint, document.baseURI).href : endpoint).replace(/\/+$/, '');

/** An address of the worker at the endpoint. */
const own = (endpoint: string): Check => {
  const base = baseOf(endpoint);
  return must(
    (value) => URL.canParse(String(value)) && new URL(String(value)).href.startsWith(`${base}/`),
    `must be an address of ${base}`,
  );
};
const web = must(
  (value) => URL.canParse(String(value)) && /^https?:$/.test(new URL(String(value)).protocol),
  'must be a web address',
);
/**
 * A picture or a file in words for the worker, which fetches none but its own. Behind a proxy it has another origin than
 * the endpoint, and the page never loads it.
 */
const wire = must(
  (value) =>
    typeof value === 'string' &&
    /^https?:\/\/[^/?#]+\/(?:.+\/)?(?:images\/[\w-]+\/\d+\.\w+|files\/[\w-]+)(?:\?|$)/.test(value),
  'must be the address of a picture or a file',
);
const image = must(
  (value) => typeof value === 'string' && /^image\/(?!svg)[\w.+-]+$/i.test(value),
  'must be a type of picture',
);

const filePart = shape<FilePart>({
  fileData: shape<FilePart['fileData']>({ mimeType: image, fileUri: wire }),
  thoughtSignature: optional(text),
});
const textPart = shape<TextPart>({ text, thoughtSignature: optional(text) });
const templatePart = shape<TemplatePart>({
  peelTemplate: shape<TemplatePart['peelTemplate']>({ slots: map(text), previous: optional(wire) }),
});
const part: Check = (value, path) => {
  const has = (name: string) => isRecord(value) && Object.hasOwn(value, name);
  return (has('fileData') ? filePart : has('peelTemplate') ? templatePart : textPart)(value, path);
};
const content = shape<Content>({
  role: must((value) => value === 'user' || value === 'model', 'must be user or model'),
  parts: list(part),
});
const source = shape<Source>({ url: web, title: text });

const model = shape<SiteModel>({
  id: text,
  displayName: text,
  sizes: list(text),
  aspectRatios: list(text),
  maxReferences: amount,
  grounding: list(text),
  thinking: list(text),
  expectedMs: map(amount),
  priceClass: optional(text),
});
const settings = shape<Settings>({
  model,
  aspectRatio: text,
  size: text,
  thinking: optional(text),
  grounding: text,
  count: amount,
  expectedMs: optional(amount),
});
const take = shape<Take>({
  model: text,
  // The worker checks what is beside the turns when it is sent.
  body: shape<GenerateBody>({ contents: list(content), generationConfig: record, tools: optional(list(record)) }),
  variant: optional(text),
});
const reference = shape<SentReference>({ uri: wire, mimeType: image, alt: text, at: optional(amount) });
const region = shape<Region>({ x: amount, y: amount, width: amount, height: amount });

const order = shape<Order>({
  prompt: text,
  settings,
  take,
  references: list(reference),
  from: optional(text),
  region: optional(region),
});
