/** Reads `tools` and `safetySettings`: what the model may look up, and what it may let pass. */
import type { RequestContext } from './context.ts';
import {
  alsoKnown,
  type Fields,
  has,
  locate,
  readFields,
  readList,
  readName,
  readObject,
  reportUnsupported,
  shape,
  withNeutral,
} from './fields.ts';
import { isAbsent, isEmptyList, isUnset } from './neutral.ts';
import type { GenerateRequest } from './request.ts';

const TOOL = alsoKnown(shape('googleSearch'), {
  functionDeclarations: isEmptyList,
  mcpServers: isEmptyList,
  googleSearchRetrieval: isAbsent,
  codeExecution: isAbsent,
  urlContext: isAbsent,
  fileSearch: isAbsent,
  googleMaps: isAbsent,
  computerUse: isAbsent,
  enterpriseWebSearch: isAbsent,
  retrieval: isAbsent,
});
const GOOGLE_SEARCH = alsoKnown(shape('searchTypes'), 'timeRangeFilter', {
  excludeDomains: isEmptyList,
  blockingConfidence: isUnset,
});
const SEARCH_TYPES = shape('webSearch', 'imageSearch');
const NO_FIELDS = shape();
const SAFETY_SETTING = alsoKnown(
  withNeutral(shape('category', 'threshold'), { category: isUnset, threshold: isUnset }),
  'method',
);

/** Categories of the Gemini API; the `IMAGE_` ones and `JAILBREAK` are Vertex's. */
const HARM_CATEGORIES = [
  'HARM_CATEGORY_HARASSMENT',
  'HARM_CATEGORY_HATE_SPEECH',
  'HARM_CATEGORY_SEXUALLY_EXPLICIT',
  'HARM_CATEGORY_DANGEROUS_CONTENT',
  'HARM_CATEGORY_CIVIC_INTEGRITY',
] as const;
const HARM_THRESHOLDS = [
  'BLOCK_LOW_AND_ABOVE',
  'BLOCK_MEDIUM_AND_ABOVE',
  'BLOCK_ONLY_HIGH',
  'BLOCK_NONE',
  'OFF',
] as const;

/** @returns undefined where no search is asked for. */
export function parseGrounding(body: Fields, context: RequestContext): GenerateRequest['grounding'] {
  const { problems } = body;
  const tools = readList(body, 'tools').flatMap((entry) => {
    const tool = readFields(entry, TOOL, problems);
    return tool && has(tool, 'googleSearch') ? [{ ...entry, tool }] : [];
  });
  const [first, second] = tools;
  if (second) return problems.invalid(second.path, 'must be left out: one googleSearch is all there is.');
  // An empty list is refused, unlike an empty object: its meaning is unclear, and a search costs extra.
  const search = first && readFields(locate(first.tool, 'googleSearch'), GOOGLE_SEARCH, problems);
  if (!search) return undefined;
  if (context.model.grounding.length === 0) {
    return problems.invalid(search.path, `must be left out: ${context.model.id} does not search.`);
  }
  if (!context.grounding) return problems.invalid(search.path, 'must be left out: searching is switched off here.');
  return parseSearchTypes(search, context);
}

/** Absent or empty: the web alone. */
function parseSearchTypes(search: Fields, { model }: RequestContext): GenerateRequest['grounding'] {
  const { problems } = search;
  const types = readObject(search, 'searchTypes', SEARCH_TYPES);
  if (!types || types.values.size === 0) return problems.first ? undefined : { web: true, image: false };
  for (const name of types.values.keys()) readFields(locate(types, name), NO_FIELDS, problems);
  const image = has(types, 'imageSearch');
  if (image && !model.grounding.includes('image')) {
    return reportUnsupported(problems, types.path, 'imageSearch', ['webSearch'], `${model.id} does not search images`);
  }
  return { web: has(types, 'webSearch'), image };
}

/** Thresholds that a visitor may set: each at least as strict as Google's default. */
const STRICT_THRESHOLDS = HARM_THRESHOLDS.filter((threshold) => threshold !== 'BLOCK_NONE' && threshold !== 'OFF');

/** @returns Sorted by category, since their order has no meaning; undefined where there are none. */
export function parseSafetySettings(body: Fields, caller: RequestContext['caller']): GenerateRequest['safetySettings'] {
  const { problems } = body;
  const settings = new Map<string, string>();
  const thresholds = caller === 'client' ? HARM_THRESHOLDS : STRICT_THRESHOLDS;
  const because = caller === 'client' ? undefined : 'only API clients may let more pass';
  for (const entry of readList(body, 'safetySettings')) {
    const setting = readFields(entry, SAFETY_SETTING, problems);
    if (!setting) return undefined;
    const category = has(setting, 'category') && readName(locate(setting, 'category'), HARM_CATEGORIES, problems);
    const threshold =
      has(setting, 'threshold') && readName(locate(setting, 'threshold'), thresholds, problems, because);
    if (problems.first) return undefined;
    // Half a setting has no effect.
    if (!category || !threshold) continue;
    if (settings.has(category)) return problems.invalid(`${entry.path}.category`, 'must not be set twice.');
    settings.set(category, threshold);
  }
  if (settings.size === 0) return undefined;
  return [...settings].map(([category, threshold]) => ({ category, threshold })).sort(byCategory);
}

const byCategory = (one: { category: string }, other: { category: string }): number =>
  one.category < other.category ? -1 : 1;
