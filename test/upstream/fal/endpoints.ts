/**
 * fal's endpoints as its model pages document them, separate from the worker's table on purpose. An unknown field is
 * refused: fal itself ignores it, and a misspelled name would go unnoticed.
 */
import type { Size } from '../models.ts';

export type Check = (value: unknown) => string | undefined;

export interface FakeEndpoint {
  /** The model of `models.ts` whose dimensions its pictures have. */
  model: string;
  fields: Readonly<Record<string, Check>>;
  /** An edit, which needs pictures. */
  isEdit: boolean;
}

const STANDARD = ['21:9', '16:9', '3:2', '4:3', '5:4', '1:1', '4:5', '3:4', '2:3', '9:16'];
const EXTREME = ['4:1', '1:4', '8:1', '1:8'];

const oneOf =
  (...accepted: string[]): Check =>
  (value) =>
    typeof value === 'string' && accepted.includes(value) ? undefined : 'literal_error';
const text =
  (min: number): Check =>
  (value) =>
    typeof value !== 'string' ? 'string_type' : value.length < min ? 'string_too_short' : undefined;
const integer =
  (from: number, to: number): Check =>
  (value) =>
    !Number.isInteger(value)
      ? 'int_type'
      : (value as number) < from || (value as number) > to
        ? 'less_than_equal'
        : undefined;
const bool: Check = (value) => (typeof value === 'boolean' ? undefined : 'bool_type');

/** Accepts data URIs whose bytes have the declared type. Refuses addresses, because the fake does not fetch. */
const imageUrls: Check = (value) => {
  if (!Array.isArray(value)) return 'list_type';
  if (value.length > 14) return 'too_long';
  return value.every(isPicture) ? undefined : 'image_load_error';
};

function isPicture(url: unknown): boolean {
  const [, type, data = ''] = /^data:image\/(png|jpeg|webp);base64,([A-Za-z0-9+/]+=*)$/.exec(String(url)) ?? [];
  const head = Buffer.from(data.slice(0, 32), 'base64').toString('latin1');
  const magic = { png: '\x89PNG', jpeg: '\xff\xd8\xff', webp: 'RIFF' }[type ?? ''];
  return magic !== undefined && head.startsWith(magic);
}

const COMMON = {
  prompt: text(3),
  num_images: integer(1, 4),
  seed: integer(-(2 ** 63), 2 ** 63),
  output_format: oneOf('jpeg', 'png', 'webp'),
  safety_tolerance: oneOf('1', '2', '3', '4', '5', '6'),
  sync_mode: bool,
  limit_generations: bool,
};

function family(
  id: string,
  model: string,
  fields: Record<string, Check>,
  editRatios?: Check,
): [string, FakeEndpoint][] {
  const edit = { ...COMMON, ...fields, ...(editRatios && { aspect_ratio: editRatios }), image_urls: imageUrls };
  return [
    [id, { model, fields: { ...COMMON, ...fields }, isEdit: false }],
    [`${id}/edit`, { model, fields: edit, isEdit: true }],
  ];
}

export const ENDPOINTS = new Map<string, FakeEndpoint>([
  ...family(
    'fal-ai/nano-banana',
    'gemini-2.5-flash-image',
    { aspect_ratio: oneOf(...STANDARD) },
    oneOf('auto', ...STANDARD),
  ),
  ...family('fal-ai/nano-banana-pro', 'gemini-3-pro-image', {
    aspect_ratio: oneOf('auto', ...STANDARD),
    resolution: oneOf('1K', '2K', '4K'),
    enable_web_search: bool,
    system_prompt: text(0),
  }),
  ...family('fal-ai/nano-banana-2', 'gemini-3.1-flash-image', {
    aspect_ratio: oneOf('auto', ...STANDARD, ...EXTREME),
    resolution: oneOf('0.5K', '1K', '2K', '4K'),
    enable_web_search: bool,
    thinking_level: oneOf('minimal', 'high'),
    system_prompt: text(0),
  }),
  ...family('google/nano-banana-2.1', 'gemini-nano-banana-2.1', {
    aspect_ratio: oneOf('auto', ...STANDARD, ...EXTREME),
    resolution: oneOf('1K', '2K', '4K'),
    enable_web_search: bool,
    thinking_level: oneOf('minimal', 'medium', 'high'),
    system_prompt: text(0),
  }),
  ...family('google/nano-banana-2-lite', 'gemini-3.1-flash-lite-image', {
    aspect_ratio: oneOf('auto', ...STANDARD),
    system_prompt: text(0),
  }),
]);

/** fal's answer to an invalid request: an entry for each wrong field. */
export function refuseInput(
  { fields, isEdit }: FakeEndpoint,
  input: Record<string, unknown>,
): { loc: string[]; msg: string; type: string; input?: unknown }[] {
  const required = ['prompt', ...(isEdit ? ['image_urls'] : [])].filter((name) => input[name] === undefined);
  return [
    ...required.map((name) => ({ loc: ['body', name], msg: 'Field required', type: 'missing', input })),
    ...Object.entries(input).flatMap(([name, value]) => {
      const check = fields[name];
      const type = check ? check(value) : 'extra_forbidden';
      return type === undefined
        ? []
        : [{ loc: ['body', name], msg: `Input is not valid: ${type}`, type, input: value }];
    }),
  ];
}

export const toSize = (resolution: unknown): Size => {
  if (resolution === '0.5K') return '512';
  return resolution === '2K' || resolution === '4K' ? resolution : '1K';
};
