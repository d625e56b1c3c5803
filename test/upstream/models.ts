/**
 * The models as Google serves them, separate from the worker's catalog on purpose: the fake must refuse what a wrong
 * catalog sends. Source: docs/wire-facts.md, the sections on Google.
 */
export type Size = '512' | '1K' | '2K' | '4K';

export interface FakeModel {
  id: string;
  displayName: string;
  inputTokenLimit: number;
  outputTokenLimit: number;
  sizes: readonly Size[];
  /** 2.5 takes any size and draws 1K. */
  ignoresSize?: true;
  panoramas: boolean;
  /** Lowest first; empty if the request cannot choose a level. */
  thinkingLevels: readonly string[];
  thinks: boolean;
  grounding: readonly ('web' | 'image')[];
  /** Generation fields that this model refuses with 400. */
  refusedFields: readonly string[];
  mimeType: 'image/png' | 'image/jpeg';
  imageTokens: Partial<Record<Size, number>>;
}

const GEMINI_3 = { thinks: true, refusedFields: [], mimeType: 'image/jpeg' } as const;

export const MODELS: readonly FakeModel[] = [
  {
    ...GEMINI_3,
    id: 'gemini-nano-banana-2.1',
    displayName: 'Nano Banana 2.1',
    inputTokenLimit: 131_072,
    outputTokenLimit: 32_768,
    sizes: ['1K', '2K', '4K'],
    panoramas: true,
    thinkingLevels: ['minimal', 'medium', 'high'],
    grounding: ['web', 'image'],
    refusedFields: ['seed', 'temperature', 'topP', 'topK', 'logprobs', 'responseLogprobs'],
    imageTokens: { '1K': 1120, '2K': 1680, '4K': 3780 },
  },
  {
    ...GEMINI_3,
    id: 'gemini-3.1-flash-image',
    displayName: 'Nano Banana 2',
    inputTokenLimit: 65_536,
    outputTokenLimit: 65_536,
    sizes: ['512', '1K', '2K', '4K'],
    panoramas: true,
    thinkingLevels: ['minimal', 'high'],
    grounding: ['web', 'image'],
    imageTokens: { '512': 747, '1K': 1120, '2K': 1680, '4K': 2520 },
  },
  {
    ...GEMINI_3,
    id: 'gemini-3.1-flash-lite-image',
    displayName: 'Nano Banana 2 Lite',
    inputTokenLimit: 65_536,
    outputTokenLimit: 65_536,
    sizes: ['1K'],
    panoramas: false,
    thinkingLevels: ['minimal', 'high'],
    grounding: [],
    imageTokens: { '1K': 1120 },
  },
  {
    ...GEMINI_3,
    id: 'gemini-3-pro-image',
    displayName: 'Nano Banana Pro',
    inputTokenLimit: 131_072,
    outputTokenLimit: 32_768,
    sizes: ['1K', '2K', '4K'],
    panoramas: false,
    thinkingLevels: [],
    grounding: ['web'],
    imageTokens: { '1K': 1120, '2K': 1120, '4K': 2000 },
  },
  {
    id: 'gemini-2.5-flash-image',
    displayName: 'Nano Banana',
    inputTokenLimit: 32_768,
    outputTokenLimit: 32_768,
    sizes: ['1K', '2K', '4K'],
    ignoresSize: true,
    panoramas: false,
    thinkingLevels: [],
    thinks: false,
    grounding: [],
    refusedFields: [],
    mimeType: 'image/png',
    imageTokens: { '1K': 1290 },
  },
];

/** Ids that only resellers serve; Google has shut them down. */
const RESOLD_ALIASES: Readonly<Record<string, string>> = {
  'gemini-3.1-flash-image-preview': 'gemini-3.1-flash-image',
  'gemini-3-pro-image-preview': 'gemini-3-pro-image',
  'gemini-2.5-flash-image-preview': 'gemini-2.5-flash-image',
};

/** Ids that Google once served; their 404 has another text. */
export const RETIRED: ReadonlySet<string> = new Set([
  ...Object.keys(RESOLD_ALIASES),
  'gemini-2.0-flash-preview-image-generation',
]);

export const STANDARD_RATIOS = ['1:1', '2:3', '3:2', '3:4', '4:3', '4:5', '5:4', '9:16', '16:9', '21:9'] as const;
export const PANORAMA_RATIOS = ['1:4', '4:1', '1:8', '8:1'] as const;

export type Dialect = 'google' | 'apiyi';

export function findModel(dialect: Dialect, id: string): FakeModel | undefined {
  const name = dialect === 'apiyi' ? (RESOLD_ALIASES[id] ?? id) : id;
  return MODELS.find((model) => model.id === name);
}

/** One entry of `models.list`, in Google's shape. */
export const toWireModel = (model: FakeModel) => ({
  name: `models/${model.id}`,
  version: '3.0',
  displayName: model.displayName,
  description: `${model.displayName} draws and edits pictures.`,
  inputTokenLimit: model.inputTokenLimit,
  outputTokenLimit: model.outputTokenLimit,
  supportedGenerationMethods: ['generateContent', 'countTokens', 'batchGenerateContent'],
  temperature: 1,
  topP: 0.95,
  topK: 64,
  maxTemperature: 1,
  ...(model.thinks ? { thinking: true } : {}),
});
