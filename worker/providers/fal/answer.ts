/** Writes fal's answer in Gemini's shape, in the form that the caller requested. */
import type { CatalogModel } from '../../catalog/model.ts';
import { closing, frame } from '../../gemini/forms/forms.ts';
import { type Fields, LiftedValue } from '../../gemini/forms/value.ts';
import { imageTokensOf } from '../../pricing/prices.ts';
import type { GenerateRequest } from '../../request/request.ts';
import type { Form } from '../../request/target.ts';
import { countTokensOf } from '../estimate.ts';
import type { Spoken } from './conversation.ts';
import type { Picture } from './picture.ts';
import type { Refusal } from './verdicts.ts';

/** The request behind an answer. */
export interface AskedRequest {
  request: GenerateRequest;
  model: CatalogModel;
  form: Form;
  spoken: Spoken;
  /** fal's id of the request. */
  requestId: string;
}

/** Google's recorded answers have 136 to 530 thought tokens. For a high level there is no record. */
const THOUGHT_TOKENS = { usual: 530, high: 2048 };
/** Prompt tokens of a search. fal charges them and does not report them: two searches at Google's price. */
const SEARCH_TOKENS = 15_900;

/**
 * Streams the picture, then the model's words, which may come after the picture in fal's answer as well. The picture is
 * read at the reader's pace, and is never whole in memory.
 */
export function toAnswer(asked: AskedRequest, picture: Picture): ReadableStream<Uint8Array> {
  const pieces = spell(asked, picture);
  return new ReadableStream({
    type: 'bytes',
    async pull(controller: ReadableByteStreamController) {
      const { done, value } = await pieces.next();
      // Copied: a piece is valid only until the next one, and a byte stream takes over the memory that it is given.
      if (!done) return controller.enqueue(new Uint8Array(value));
      controller.close();
      controller.byobRequest?.respond(0);
    },
    async cancel() {
      await Promise.allSettled([picture.cancel(), pieces.return()]);
    },
  });
}

async function* spell(asked: AskedRequest, { mimeType, base64, description }: Picture) {
  const text = new TextEncoder();
  const { form } = asked;
  const [before] = frame(toMessage(asked, mimeType, ''), form, true);
  yield text.encode(before as string);
  yield* base64;
  const [, , after] = frame(toMessage(asked, mimeType, description()), form, true);
  yield text.encode(`${after}${form === 'array' ? closing(false)[0] : ''}`);
}

/** The JSON text before the picture does not depend on the description. */
function toMessage(asked: AskedRequest, mimeType: string, description: string): Fields {
  const data = new LiftedValue({ kind: 'image', n: 0, bytes: 0 });
  const words = asked.request.modalities.includes('TEXT') ? description : '';
  const parts = [{ inlineData: { mimeType, data } }, ...(words === '' ? [] : [{ text: words }])];
  return {
    candidates: [{ content: { parts, role: 'model' }, finishReason: 'STOP', index: 0 }],
    usageMetadata: toUsage(asked, { words }),
    ...closingFields(asked),
  };
}

export function toRefusal(asked: AskedRequest, refusal: Refusal): ReadableStream<Uint8Array> {
  const { form } = asked;
  const message = {
    ...('blockReason' in refusal
      ? { promptFeedback: { ...refusal } }
      : { candidates: [{ ...refusal, content: { parts: [], role: 'model' }, index: 0 }] }),
    usageMetadata: toUsage(asked),
    ...closingFields(asked),
  };
  const text = frame(message, form, true).join('');
  return new Response(`${text}${form === 'array' ? closing(false)[0] : ''}`).body!;
}

/** `peelNotes` is Peel's own field: facts that the rest of the answer does not show. */
const closingFields = ({ model, spoken, requestId }: AskedRequest): Fields => ({
  modelVersion: model.id,
  ...(requestId !== '' && { responseId: requestId }),
  peelNotes: ['USAGE_ESTIMATED', ...(spoken.isAdapted ? ['CONVERSATION_ADAPTED'] : [])],
});

/** fal reports no token counts, so all are estimates. Where nothing is known the estimate is high. */
function toUsage({ request, model, spoken }: AskedRequest, drawn?: { words: string }): Fields {
  const { systemInstruction = [], grounding, size, thinkingLevel } = request;
  const { totalTokens, promptTokensDetails } = countTokensOf(
    [spoken.prompt, ...systemInstruction],
    spoken.pictures.length,
  );
  const image = drawn ? (imageTokensOf(model, size) ?? 0) : 0;
  const words = drawn ? countTokensOf([drawn.words], 0).totalTokens : 0;
  const searched = grounding ? SEARCH_TOKENS : 0;
  const thoughts = model.thinks ? THOUGHT_TOKENS[thinkingLevel === 'high' ? 'high' : 'usual'] : 0;
  return {
    promptTokenCount: totalTokens,
    candidatesTokenCount: image + words,
    ...(searched > 0 && { toolUsePromptTokenCount: searched }),
    ...(thoughts > 0 && { thoughtsTokenCount: thoughts }),
    totalTokenCount: totalTokens + image + words + searched + thoughts,
    promptTokensDetails: promptTokensDetails.map((detail) => ({ ...detail })),
    ...(image > 0 && { candidatesTokensDetails: [{ modality: 'IMAGE', tokenCount: image }] }),
  };
}
