/**
 * Stream readers of clients that npm cannot install, in a few lines each and as strict as the originals. Each yields
 * what its callers get and throws what they catch.
 */
export interface StreamedAnswer {
  candidates?: {
    content?: { role?: string; parts?: { text?: string; thought?: boolean; inlineData?: object; fileData?: object }[] };
    finishReason?: string;
  }[];
  error?: { code: number; message: string };
}

export type StreamReader = (body: ReadableStream<Uint8Array>) => AsyncGenerator<StreamedAnswer>;

async function* textsOf(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  for await (const bytes of body) yield decoder.decode(bytes, { stream: true });
  yield decoder.decode();
}

function parse(text: string): StreamedAnswer {
  try {
    return JSON.parse(text) as StreamedAnswer;
  } catch {
    throw new Error(`no JSON: ${text.slice(0, 60)}`);
  }
}

/** google-genai for Python (googleapis/python-genai, `_api_client.py`), which splits lines as `str.splitlines` does. */
async function* readAsPython(body: ReadableStream<Uint8Array>): AsyncGenerator<StreamedAnswer> {
  let data: string[] = [];
  let bare = '';
  let depth = 0;
  const handOn = (text: string): StreamedAnswer => {
    const value = parse(text);
    if (JSON.stringify(value).startsWith('{"error":')) throw new Error(`${value.error?.code} ${value.error?.message}`);
    return value;
  };
  for await (const line of linesOf(body, /\r\n|[\r\n\u0085\u2028\u2029]/)) {
    if (line === '') {
      if (data.length > 0) yield handOn(data.join('\n'));
      data = [];
    } else if (line.startsWith('data: ')) {
      data.push(line.slice('data: '.length));
    } else {
      bare += line;
      depth += line.split('{').length - line.split('}').length;
      if (depth !== 0) continue;
      yield handOn(bare);
      bare = '';
    }
  }
  if (bare !== '') yield handOn(bare);
  if (data.length > 0) yield handOn(data.join('\n'));
}

async function* linesOf(body: ReadableStream<Uint8Array>, end: RegExp): AsyncGenerator<string> {
  let text = '';
  for await (const piece of textsOf(body)) {
    text += piece;
    // A CR at the end may be half of a CRLF.
    const whole = text.endsWith('\r') ? text.slice(0, -1) : text;
    const lines = whole.split(end);
    text = (lines.pop() ?? '') + text.slice(whole.length);
    yield* lines;
  }
  if (text !== '') yield text.replace(/\r$/, '');
}

/** google.golang.org/genai (googleapis/go-genai, `api_client.go`). */
async function* readAsGo(body: ReadableStream<Uint8Array>): AsyncGenerator<StreamedAnswer> {
  const handOn = (unit: string): StreamedAnswer | undefined => {
    if (unit === '') return undefined;
    const colon = unit.indexOf(':');
    if (unit.slice(0, colon) === 'data') return parse(unit.slice(colon + 1));
    let error: StreamedAnswer['error'];
    try {
      ({ error } = JSON.parse(unit) as StreamedAnswer);
    } catch {
      // Reported below.
    }
    throw new Error(error ? `${error.code} ${error.message}` : `invalid stream chunk: ${unit.slice(0, 60)}`);
  };
  let text = '';
  for await (const piece of textsOf(body)) {
    text += piece;
    for (;;) {
      const end = text.includes('\n\n') ? '\n\n' : '\r\n\r\n';
      const at = text.indexOf(end);
      if (at < 0) break;
      const answer = handOn(text.slice(0, at).replace(/\r$/, ''));
      text = text.slice(at + end.length);
      if (answer) yield answer;
    }
  }
  const rest = handOn(text.replace(/\r$/, ''));
  if (rest) yield rest;
}

/** @google/generative-ai 0.24, whose reader LangChain and Genkit have taken over. */
async function* readAsLegacy(body: ReadableStream<Uint8Array>): AsyncGenerator<StreamedAnswer> {
  const EVENT = /^data: (.*)(?:\n\n|\r\r|\r\n\r\n)/;
  let text = '';
  for await (const piece of textsOf(body)) {
    text += piece;
    for (let event = EVENT.exec(text); event; event = EVENT.exec(text)) {
      yield parse(event[1] as string);
      text = text.slice(event[0].length);
    }
  }
  if (text.trim() !== '') throw new Error('Failed to parse stream');
}

/** Reads events as the HTML standard says, such as the AI SDK does: unknown lines are ignored. */
async function* readAsEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<StreamedAnswer> {
  let data: string[] = [];
  for await (const line of linesOf(body, /\r\n|\r|\n/)) {
    if (line.startsWith('data:')) data.push(line.slice('data:'.length).replace(/^ /, ''));
    if (line !== '' || data.length === 0) continue;
    const value = parse(data.join('\n'));
    if (value.error) throw new Error(`${value.error.code} ${value.error.message}`);
    yield value;
    data = [];
  }
}

export const STREAM_READERS: Readonly<Record<string, StreamReader>> = {
  Python: readAsPython,
  Go: readAsGo,
  'legacy JavaScript': readAsLegacy,
  'the AI SDK': readAsEvents,
};
