/**
 * Serializes responses: one JSON object, Google's array in pieces, or server-sent events, spelled as the script says.
 * Pictures are not copied or encoded here; their base64 is sent from its cached buffers.
 */
import { Base64 } from './pictures.ts';
import type { Behaviour } from './script.ts';

export type Form = 'json' | 'array' | 'sse';

/** One unit of the body, which is written at once. */
export type Unit = readonly Buffer[];

export const CONTENT_TYPES: Readonly<Record<Form, string>> = {
  json: 'application/json; charset=UTF-8',
  array: 'application/json; charset=UTF-8',
  sse: 'text/event-stream',
};

export function renderAnswer(responses: readonly object[], form: Form, behaviour: Behaviour): Unit[] {
  switch (form) {
    case 'json':
      return [renderJson(mergeResponses(responses), behaviour)];
    case 'array':
      return [
        ...responses.map((response, i) => [Buffer.from(i === 0 ? '[' : '\n,\n'), ...renderJson(response, behaviour)]),
        [Buffer.from('\n]')],
      ];
    case 'sse': {
      // An event is one line, so it cannot be pretty-printed.
      const spelled = { ...behaviour, pretty: false };
      const blank = Buffer.from(behaviour.lf ? '\n\n' : '\r\n\r\n');
      return responses.map((response) => [Buffer.from('data: '), ...renderJson(response, spelled), blank]);
    }
  }
}

interface Response {
  candidates?: { content?: { parts?: unknown[]; role?: string } }[];
}

/** One response with the parts of all and the last value of other fields. Adjacent text parts are not joined. */
function mergeResponses(responses: readonly Response[]): object {
  const last = responses.at(-1) ?? {};
  const candidates = responses.flatMap((response) => response.candidates?.slice(0, 1) ?? []);
  if (responses.length === 1 || candidates.length === 0) return last;
  const parts = candidates.flatMap((candidate) => candidate.content?.parts ?? []);
  return { ...last, candidates: [{ ...Object.assign({}, ...candidates), content: { parts, role: 'model' } }] };
}

const MARK = '@@base64@@';

function renderJson(response: object, behaviour: Behaviour): Buffer[] {
  const strings: Base64[] = [];
  const replacer = (_: string, value: unknown): unknown => {
    if (!(value instanceof Base64)) return value;
    strings.push(value);
    return MARK;
  };
  const json = JSON.stringify(behaviour.snake ? toSnakeCase(response) : response, replacer, behaviour.pretty ? 2 : 0);
  const texts = (behaviour.escaped ? json.replaceAll('/', '\\/') : json).split(MARK).map((text) => Buffer.from(text));
  return texts.flatMap((text, i) => [text, ...(strings[i] ? spell(strings[i], behaviour) : [])]);
}

function toSnakeCase(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(toSnakeCase);
  if (typeof value !== 'object' || value === null || value instanceof Base64) return value;
  const snake = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [snake(name), toSnakeCase(member)]));
}

const respelled = new WeakMap<Buffer, Map<string, Buffer>>();

/** The base64 in the requested spelling. Odd spellings are cached for each buffer. */
function spell({ pieces }: Base64, { urlSafe, unpadded, escaped }: Behaviour): readonly Buffer[] {
  if (!urlSafe && !unpadded && !escaped) return pieces;
  const kind = [urlSafe && 'url', unpadded && 'unpadded', escaped && 'escaped'].join();
  return pieces.map((piece) => {
    const spellings = respelled.get(piece) ?? new Map<string, Buffer>();
    respelled.set(piece, spellings);
    const known = spellings.get(kind);
    if (known) return known;
    let text = piece.toString('latin1');
    if (unpadded) text = text.replace(/=+$/, '');
    if (urlSafe) text = text.replaceAll('+', '-').replaceAll('/', '_');
    if (escaped) text = text.replaceAll('/', '\\/');
    const made = Buffer.from(text, 'latin1');
    spellings.set(kind, made);
    return made;
  });
}
