/** What the demo says around its picture: the same shapes as Google's answers, with plausible figures. */
import type { CatalogModel } from '../../domain/catalog.ts';
import type { GenerateRequest } from '../../domain/request.ts';
import { layCaption } from './caption.ts';
import type { PictureBrief } from './brief.ts';
import { isGemini25 } from './dimensions.ts';
import type { Beat, DemoAnswer, DemoPart } from './framing.ts';
import { createPainter } from './painter.ts';
import { encodePng } from './png.ts';
import { createRandom, hashText } from './random.ts';
import { composeScene } from './scene.ts';

/** Between two things said: long enough to be seen, short enough not to be waited for. */
export const BEAT_MS = 250;

/** Tokens of one reference picture; the same figure for every size that Google's documents give. */
const REFERENCE_TOKENS = 258;
/** Tokens of a sentence, for the counts of answers without a picture. */
const SENTENCE_TOKENS = 24;

export interface ScriptOptions {
  request: GenerateRequest;
  model: CatalogModel;
  brief: PictureBrief;
  /** Another take of the same request is another picture. */
  take: number;
}

/** The whole answer to a request, before a byte of it is written. */
export function writeScript(options: ScriptOptions): DemoAnswer {
  const { request, model, brief, take } = options;
  const id = hashText(`${take} ${brief.subject} ${brief.instruction}`);
  const refused = /\bdemo refusal\b/i.test(brief.instruction);
  const signature = isGemini25(model) ? {} : { thoughtSignature: signatureOf(id) };
  const beats: Beat[] = [...thoughts(request, brief).map((parts) => ({ afterMs: BEAT_MS, parts }))];
  if (beats.length === 0) beats.push({ afterMs: BEAT_MS, parts: [] });
  if (!refused) {
    const picture: DemoPart = { picture: () => draw(options), ...signature };
    const sentence: DemoPart = { text: sayWhat(brief), ...signature };
    const said = request.modalities.includes('TEXT') ? [{ afterMs: BEAT_MS, parts: [sentence] }] : [];
    beats.push(...said, { afterMs: BEAT_MS, parts: [picture] });
  }
  return {
    beats: beats.filter(({ parts }, index) => parts.length > 0 || index === beats.length - 1 || beats.length === 1),
    ...(refused ? REFUSAL : { finishReason: 'STOP' }),
    ...(request.grounding && !refused && { groundingMetadata: groundingOf(request.grounding, brief) }),
    envelope: {
      usageMetadata: usageOf(options, refused),
      modelVersion: model.id,
      responseId: `demo-${id.toString(16).padStart(8, '0')}`,
    },
  };
}

/** Google's words, recorded in 2026-09. */
const REFUSAL = {
  finishReason: 'IMAGE_SAFETY',
  finishMessage:
    "Unable to show the generated image. The image was filtered out because it violated Google's Generative AI Prohibited Use policy. You will not be charged for blocked images. Try rephrasing the prompt. (This is the demo: the words \"demo refusal\" in a prompt lead here.)",
};

function draw({ model, brief, request, take }: ScriptOptions): Iterable<Uint8Array> {
  const { width, height, subject, instruction, aspectRatio, references } = brief;
  const caption = layCaption(
    { prompt: instruction, modelName: model.displayName, size: request.size, aspectRatio, references },
    brief,
  );
  const scene = composeScene({ subject, instruction, take, width, height, captionHeight: caption.height });
  return encodePng({ width, height, ...createPainter(scene, caption) });
}

const sayWhat = ({ references, width, height }: PictureBrief): string =>
  `${references > 0 ? 'Here is your edited picture' : 'Here is a picture for your prompt'}, ${width} × ${height} pixels, drawn by Peel's built-in demo. Set a provider key to have Gemini draw it.`;

function thoughts({ includeThoughts }: GenerateRequest, { aspectRatio, references }: PictureBrief): DemoPart[][] {
  if (!includeThoughts) return [];
  const first = references > 0 ? 'Looking at the picture that came with the request.' : 'Reading the prompt for a place and an hour of the day.';
  return [
    [{ text: `**Finding the scene**\n\n${first} The words decide the land; the last ones decide the light.\n\n`, thought: true }],
    [{ text: `**Laying out the picture**\n\nRidges from far to near in ${aspectRatio}, mist between them, one light above.\n\n`, thought: true }],
  ];
}

/** Looks like Google's: opaque base64. The demo does not read it back. */
function signatureOf(id: number): string {
  const random = createRandom(id);
  return Uint8Array.from({ length: 48 }, () => Math.floor(random() * 256)).toBase64();
}

/** About four letters a token, as Google says, and a fixed count for each picture. */
export function countPromptTokens(request: GenerateRequest): { text: number; image: number } {
  const parts = request.turns.flatMap((turn) => turn.parts);
  const letters = [...parts.flatMap((part) => (part.kind === 'text' ? [part.text] : [])), ...(request.systemInstruction ?? [])].join(' ').length;
  return { text: Math.ceil(letters / 4), image: parts.filter((part) => part.kind === 'image').length * REFERENCE_TOKENS };
}

/** `promptTokensDetails`: only what there is, as Google has it. */
export const promptDetails = ({ text, image }: { text: number; image: number }) => [
  { modality: 'TEXT', tokenCount: text },
  ...(image > 0 ? [{ modality: 'IMAGE', tokenCount: image }] : []),
];

function usageOf({ request, model }: ScriptOptions, refused: boolean) {
  const prompt = countPromptTokens(request);
  const promptTokenCount = prompt.text + prompt.image;
  const image = refused ? 0 : (model.imageTokens[request.size] ?? 0);
  const candidatesTokenCount = refused ? 0 : image + (request.modalities.includes('TEXT') ? SENTENCE_TOKENS : 0);
  const thoughtsTokenCount = model.thinks ? (request.thinkingLevel === 'high' ? 420 : 140) : 0;
  return {
    promptTokenCount,
    candidatesTokenCount,
    ...(thoughtsTokenCount > 0 && { thoughtsTokenCount }),
    totalTokenCount: promptTokenCount + candidatesTokenCount + thoughtsTokenCount,
    promptTokensDetails: promptDetails(prompt),
    ...(image > 0 && { candidatesTokensDetails: [{ modality: 'IMAGE', tokenCount: image }] }),
  };
}

function groundingOf(grounding: { web: boolean; image: boolean }, { instruction }: PictureBrief) {
  const query = instruction.slice(0, 60);
  const link = `https://www.google.com/search?q=${encodeURIComponent(query)}`;
  const page = { uri: 'https://example.com/', title: 'example.com', domain: 'example.com' };
  return {
    ...(grounding.web && { webSearchQueries: [query] }),
    ...(grounding.image && { imageSearchQueries: [query] }),
    groundingChunks: [
      ...(grounding.web ? [{ web: page }] : []),
      ...(grounding.image ? [{ image: { sourceUri: page.uri, imageUri: `${page.uri}picture.png`, title: page.title, domain: page.domain } }] : []),
    ],
    searchEntryPoint: {
      renderedContent: `<style>.chip{display:inline-block;padding:6px 14px;border:1px solid #8888;border-radius:16px;font:14px sans-serif;color:inherit;text-decoration:none}</style><a class="chip" href="${escapeHtml(link)}">${escapeHtml(query)}</a>`,
    },
  };
}

const escapeHtml = (text: string): string =>
  text.replace(/[&<>"']/g, (letter) => `&#${letter.charCodeAt(0)};`);
