/**
 * Makes answers, good, refused or odd, as the units of a stream: each is a whole `GenerateContentResponse`. `forms.ts`
 * frames and spells them. Shapes: docs/wire-facts.md#google-answers and docs/wire-facts.md#google-streams.
 */
import { dimensionsOf } from '../dimensions.ts';
import { type Base64, createPicture, type PictureType } from '../pictures.ts';
import { parseBytes } from '../script.ts';
import type { AnswerContext } from './answer-context.ts';
import { GROUNDING } from './grounding.ts';
import { toSize } from './request-rules.ts';
import { signatureOf } from './signatures.ts';
import { imageTokensOf, usageOf } from './usage.ts';

interface AnswerPart {
  text?: string;
  thought?: true;
  thoughtSignature?: Base64;
  inlineData?: { mimeType: string; data: Base64 };
  fileData?: { mimeType: string; fileUri: string };
}

/** One response object. `parts` absent: a candidate without content. */
interface Unit {
  parts?: AnswerPart[];
  finishReason?: string;
  finishMessage?: string;
  groundingMetadata?: unknown;
}

/** Size of a whole answer on the wire, about that of recorded ones. */
const ANSWER_BYTES = { '512': '600KB', '1K': '2MB', '2K': '6MB', '4K': '24MB' } as const;

/** Bytes around picture and signature. One figure for all, so that pictures of a size are made once. */
const FRAME_BYTES = 1200;

const DEFAULT_SIGNATURE = '400';
const TEXT_SIGNATURE_BYTES = 48;
const TEXT = 'Here is the picture you asked for.';

function createPart(context: AnswerContext, mark: string, { share = 1, draft = false } = {}): AnswerPart {
  const { model, request, behaviour, n } = context;
  const { imageSize, aspectRatio } = request.generationConfig?.imageConfig ?? {};
  const size = toSize(imageSize);
  const effective = model.ignoresSize ? '1K' : size;
  const signatureBytes = parseBytes(behaviour.signature ?? (model.thinks ? DEFAULT_SIGNATURE : '0'));
  const tiny = behaviour.size === 'tiny';
  const answerBytes = tiny ? 0 : parseBytes(behaviour.size ?? ANSWER_BYTES[effective]);
  const room = (answerBytes - FRAME_BYTES - Math.ceil(signatureBytes / 3) * 4) * share;
  const mimeType = (behaviour.type ?? model.mimeType) as PictureType;
  const data = createPicture({
    mimeType,
    dimensions: tiny ? [64, 64] : dimensionsOf(model, size, aspectRatio),
    bytes: Math.max(0, Math.floor((room / 4) * 3)),
    mark: `${mark} ${n}`,
  });
  const inlineData = behaviour.signatureFirst ? { data, mimeType } : { mimeType, data };
  if (draft) return { thought: true, inlineData };
  if (signatureBytes === 0) return { inlineData };
  const thoughtSignature = signatureOf(context, signatureBytes, data);
  return behaviour.signatureFirst ? { thoughtSignature, inlineData } : { inlineData, thoughtSignature };
}

const END: Unit = { parts: [], finishReason: 'STOP' };

/** Two chunks of text, then `units`, then an end without parts: the order every recorded stream has. */
function withText(context: AnswerContext, units: Unit[]): Unit[] {
  const { request, behaviour } = context;
  const modalities = request.generationConfig?.responseModalities?.map((each) => each.toUpperCase()) ?? [
    'TEXT',
    'IMAGE',
  ];
  if (!modalities.includes('TEXT') && behaviour.echoKey !== 'text') return [...units, END];
  const text = behaviour.echoKey === 'text' ? `${TEXT} ${context.key} ` : TEXT;
  return [{ parts: [signedText(context, text.slice(0, 9))] }, { parts: [{ text: text.slice(9) }] }, ...units, END];
}

/** The first text of an answer that is not a thought has its own signature. */
const signedText = (context: AnswerContext, words: string): AnswerPart => ({
  text: words,
  ...(context.model.thinks ? { thoughtSignature: signatureOf(context, TEXT_SIGNATURE_BYTES) } : {}),
});

type MakeAnswer = (context: AnswerContext) => Unit[];

const text: MakeAnswer = (context) => [
  { parts: [signedText(context, 'Could you tell me more about ')] },
  { parts: [{ text: 'the picture you have in mind?' }], finishReason: 'STOP' },
];

/** The answers by name; `picture` is the usual one. */
const ANSWERS: Readonly<Record<string, MakeAnswer>> = {
  picture(context) {
    const count = context.behaviour.images ?? 1;
    const pictures = Array.from({ length: count }, (_, i) => createPart(context, `picture ${i}`, { share: 1 / count }));
    return withText(
      context,
      pictures.map((each) => ({ parts: [each] })),
    );
  },
  /** Only pictures, whatever modalities the request has. */
  image: (context) => [{ parts: [createPart(context, 'picture 0')] }, END],
  /** Thoughts in words, two draft pictures, then the picture. Drafts carry no signature. */
  thoughts: (context) => [
    { parts: [{ text: '**Imagining the scene**\n\nI am thinking about light ', thought: true }] },
    { parts: [{ text: 'and composition.', thought: true }] },
    { parts: [createPart(context, 'draft 0', { share: 0.2, draft: true })] },
    { parts: [createPart(context, 'draft 1', { share: 0.3, draft: true })] },
    ...withText(context, [{ parts: [createPart(context, 'picture 0', { share: 0.5 })] }]),
  ],
  /** The picture before the words, and `finishReason` on the picture's own unit. */
  picture_first: (context) => [
    { parts: [createPart(context, 'picture 0')] },
    { parts: [signedText(context, TEXT)], finishReason: 'STOP' },
  ],
  /** A unit without parts in the middle, as recorded. */
  empty_middle: (context) => [
    { parts: [signedText(context, TEXT)] },
    {},
    { parts: [createPart(context, 'picture 0')], finishReason: 'STOP' },
  ],
  grounded: (context) =>
    withText(context, [
      { parts: [createPart(context, 'picture 0')], groundingMetadata: {} },
      { parts: [], groundingMetadata: GROUNDING },
    ]),
  text,
  /** A refusal in the model's own words. */
  declined: (context) => [{ parts: [signedText(context, 'I cannot help with that request.')], finishReason: 'STOP' }],
  no_content: () => [{ finishReason: 'STOP' }],
  no_parts: () => [{ parts: [], finishReason: 'STOP' }],
  /** As other resellers do on the same path. */
  markdown: () => [{ parts: [{ text: '![image](https://images.example/generated/1.png)' }], finishReason: 'STOP' }],
  hosted: () => [
    {
      parts: [{ fileData: { mimeType: 'image/png', fileUri: 'https://images.example/generated/1.png' } }],
      finishReason: 'STOP',
    },
  ],
};

/** Whole responses without the usual frame. */
const BARE: Readonly<Record<string, object>> = {
  empty_object: {},
  empty_candidates: { candidates: [] },
  null_candidates: { candidates: null },
};

const FILTERED =
  "Unable to show the generated image. The image was filtered out because it violated Google's Generative AI Prohibited Use policy. You will not be charged for blocked images. Try rephrasing the prompt.";

function toUnits(context: AnswerContext): Unit[] {
  const { answer = 'picture', finish } = context.behaviour;
  if (finish !== undefined) {
    const filtered = finish.startsWith('IMAGE_');
    return [{ finishReason: finish, ...(filtered ? { parts: [], finishMessage: FILTERED } : {}) }];
  }
  const make = ANSWERS[answer];
  if (!make) throw new Error(`The fake upstream does not know the answer "${answer}".`);
  return make(context);
}

/** @returns The responses of a stream, in order. `Base64` values stay objects until `forms.ts` writes them. */
export function createAnswer(context: AnswerContext): object[] {
  const { behaviour, n, modelId } = context;
  const bare = BARE[behaviour.answer ?? ''];
  if (bare) return [bare];
  const frame = { modelVersion: modelId, responseId: `fake-${n.toString().padStart(6, '0')}` };
  const safetyRatings = [{ category: 'HARM_CATEGORY_DANGEROUS_CONTENT', probability: 'HIGH', blocked: true }];
  if (behaviour.block !== undefined) {
    return [{ promptFeedback: { blockReason: behaviour.block, safetyRatings }, ...usageOf(context, 0, 0), ...frame }];
  }
  let pictures = 0;
  let words = 0;
  return toUnits(context).map(({ parts, ...candidate }) => {
    for (const part of parts ?? []) {
      if (part.inlineData && !part.thought) pictures += 1;
      if (part.text !== undefined && !part.thought) words += Math.ceil(part.text.length / 4);
    }
    const content = parts === undefined ? {} : { content: { ...(parts.length > 0 ? { parts } : {}), role: 'model' } };
    const usage = usageOf(context, words, pictures * imageTokensOf(context));
    return { candidates: [{ ...content, ...candidate, index: 0 }], ...usage, ...frame };
  });
}
