/** What the demo reads from a request: words, size, ratio, and the number of reference pictures. */
import type { CatalogModel } from '../../catalog/model.ts';
import type { InputDescription } from '../../request/inputs.ts';
import type { GenerateRequest, Turn } from '../../request/request.ts';
import { type Dimensions, dimensionsOf, isGemini25 } from './dimensions.ts';

export interface PictureBrief extends Dimensions {
  /** The first words of the conversation. */
  subject: string;
  /** The last words of the conversation. */
  instruction: string;
  aspectRatio: string;
  references: number;
}

type Inputs = readonly Pick<InputDescription, 'image'>[];

export function readBrief(request: GenerateRequest, model: CatalogModel, inputs: Inputs): PictureBrief {
  const aspectRatio = request.aspectRatio ?? chooseRatio(request, model, inputs);
  const spoken = request.turns.filter((turn) => turn.role === 'user').map(textOf);
  return {
    subject: spoken.find((text) => text !== '') ?? '',
    instruction: spoken.findLast((text) => text !== '') ?? '',
    aspectRatio,
    references: request.turns.flatMap((turn) => turn.parts).filter((part) => part.kind === 'image').length,
    ...dimensionsOf(model, request.size, aspectRatio),
  };
}

const textOf = (turn: Turn): string =>
  turn.parts
    .flatMap((part) => (part.kind === 'text' && !part.thought ? [part.text.trim()] : []))
    .filter((text) => text !== '')
    .join(' ');

/**
 * The ratio if the request has none, as Google chooses it: an edit keeps the ratio of its last picture, 2.5 Flash draws
 * squares, Gemini 3 mostly 16:9.
 */
function chooseRatio(request: GenerateRequest, model: CatalogModel, inputs: Inputs): string {
  const last = request.turns.flatMap((turn) => turn.parts).findLast((part) => part.kind === 'image');
  const facts = last && inputs[last.input]?.image;
  if (facts?.width && facts.height) return nearestRatio(facts.width / facts.height, model.aspectRatios);
  return isGemini25(model) ? '1:1' : '16:9';
}

function nearestRatio(wanted: number, ratios: readonly string[]): string {
  const distance = (ratio: string): number => {
    const [width = 1, height = 1] = ratio.split(':').map(Number);
    return Math.abs(Math.log(width / height / wanted));
  };
  return ratios.reduce((best, ratio) => (distance(ratio) < distance(best) ? ratio : best), '1:1');
}
