/**
 * What an answer is, told from its first bytes and never from its label: one JSON object, a list of them, a stream of
 * events; an error in any of these; or nothing that can be read. Errors count as such only before any part of an
 * answer: after one, the work may have been done.
 */
import type { Form } from './skeleton.ts';

export type Beginning =
  /** `isEmpty`: it is whole, and says nothing at all. */
  | { form: Form; isEmpty?: true }
  /** What comes is an error and not an answer. */
  | { form: 'error' }
  | { form: 'unreadable'; cause: string };

/** What an object says with its first fields: `cut` where more of it is needed, `nothing` where it has ended. */
type Word = 'answer' | 'error' | 'garbage' | 'cut' | { nothing: number };

const unreadable = (cause: string): Beginning => ({ form: 'unreadable', cause });

/**
 * @param text What has come so far.
 * @param isEnd Nothing follows.
 * @returns undefined where it cannot be told yet.
 */
export function readBeginning(text: string, isEnd: boolean): Beginning | undefined {
  const start = /^[\s\ufeff]*/.exec(text)![0].length;
  const first = text.charAt(start);
  if (first === '') return isEnd ? unreadable('an empty body') : undefined;
  if (first === '{') return ofObjects('json', [text.slice(start)], isEnd);
  if (first === '[') return ofObjects('array', [...elementsOf(text.slice(start + 1))], isEnd);
  const line = text.slice(start, start + 6);
  if (/^(?:data|event|id|retry)?:/.test(line)) return ofObjects('sse', eventsOf(text.slice(start), isEnd), isEnd);
  if (!isEnd && ['data:', 'event:', 'id:', 'retry:'].some((field) => field.startsWith(line))) return undefined;
  return unreadable(first === '<' ? 'a web page' : 'neither JSON nor events');
}

/** @param objects In their order; the last one may be cut off. */
function ofObjects(form: Form, objects: readonly string[], isEnd: boolean): Beginning | undefined {
  for (const [n, object] of objects.entries()) {
    const word = wordOf(object);
    if (word === 'answer') return { form };
    if (word === 'error') return { form: 'error' };
    if (word === 'garbage') return unreadable('neither JSON nor events');
    // Cut off by the end: an answer that is too short, which is known to readers of answers.
    if (word === 'cut' && n === objects.length - 1) return isEnd ? { form } : undefined;
  }
  return isEnd ? { form, isEmpty: true } : undefined;
}

const NAME = /\s*"((?:[^"\\]|\\.)*)"\s*:\s*/y;
const SCALAR = /[^\s,}\]"{[]+(?=[\s,}\]])/y;
const STRING = /"(?:[^"\\]|\\.)*"/sy;
const NOTHING = /(?:null|false|""|\{\s*\}|\[\s*\])(?=\s*[,}])/y;
/** The beginning of {@link NOTHING}, with nothing behind it yet. */
const PERHAPS_NOTHING = /(?:n|nu|nul|null|f|fa|fal|fals|false|"|""|\{\s*|\{\s*\}|\[\s*|\[\s*\])?\s*$/y;

const ANSWERS = ['candidates', 'promptFeedback', 'prompt_feedback', 'usageMetadata', 'usage_metadata'];

/** Looks at the fields of an object one after the other, until one says what it is. */
function wordOf(text: string): Word {
  const names = new Set<string>();
  const isBareError = () => names.has('message') && ['code', 'status', 'type'].some((name) => names.has(name));
  let at = 1;
  for (;;) {
    const end = /\s*\}/y;
    end.lastIndex = at;
    if (end.test(text)) return isBareError() ? 'error' : { nothing: end.lastIndex };
    const name = match(NAME, text, at);
    if (name === undefined) return /^\s*(?:"(?:[^"\\]|\\.)*(?:\\|"\s*)?)?$/s.test(text.slice(at)) ? 'cut' : 'garbage';
    at += name[0].length;
    names.add(name[1]!);
    const nothing = match(NOTHING, text, at);
    if (nothing === undefined && match(PERHAPS_NOTHING, text, at)) return 'cut';
    if (nothing === undefined && name[1] === 'error') return 'error';
    if (nothing === undefined && ANSWERS.includes(name[1]!)) return 'answer';
    const length = nothing?.[0].length ?? valueLength(text, at);
    if (length === undefined) return 'cut';
    at += length;
    const comma = match(/\s*,/y, text, at);
    if (comma) at += comma[0].length;
    else if (/^\s*$/.test(text.slice(at))) return 'cut';
    else if (!/^\s*\}/.test(text.slice(at))) return 'garbage';
  }
}

/** @param head All of a body that is shorter than what was looked at. */
export function isEmptyBody(head: Uint8Array): boolean {
  const beginning = head.length > 0 && readBeginning(new TextDecoder().decode(head), true);
  return beginning !== false && beginning !== undefined && 'isEmpty' in beginning;
}

function match(pattern: RegExp, text: string, at: number): RegExpExecArray | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text) ?? undefined;
}

/** @returns undefined where the text ends inside the value. */
function valueLength(text: string, from: number): number | undefined {
  const string = match(STRING, text, from) ?? match(SCALAR, text, from);
  if (string) return string[0].length;
  if (!/[{[]/.test(text.charAt(from))) return undefined;
  const token = /"(?:[^"\\]|\\.)*"|[{}[\]]/gs;
  token.lastIndex = from;
  let depth = 0;
  for (let found = token.exec(text); found; found = token.exec(text)) {
    if (/^[{[]/.test(found[0])) depth += 1;
    if (/^[}\]]/.test(found[0])) depth -= 1;
    if (depth === 0) return token.lastIndex - from;
  }
  return undefined;
}

const BETWEEN = /^(?:[\s,]|null)+/;

/** The objects of a list, as long as they say nothing. */
function* elementsOf(text: string): Generator<string> {
  for (let rest = text.replace(BETWEEN, ''); rest !== '' && !rest.startsWith(']'); ) {
    if (/^nul?$/.test(rest) || rest === 'n') return yield '{';
    yield rest;
    const word = rest.startsWith('{') ? wordOf(rest) : 'garbage';
    if (typeof word !== 'object') return;
    rest = rest.slice(word.nothing).replace(BETWEEN, '');
  }
}

/** The JSON of events, and JSON that stands among them without a field. */
export function eventsOf(text: string, isEnd: boolean): string[] {
  const events: string[] = [];
  const lines = text.split(/\r\n|\r|\n/);
  // A line that is not whole yet may still be one of JSON.
  const data: string[] = [];
  let isError = false;
  const close = () => {
    const json = data
      .splice(0)
      .join('\n')
      .replace(/^\s*(?:\[\s*(?=\{))?/, '');
    if (json.startsWith('{')) events.push(isError ? `{"error":${json}}` : json);
    isError = false;
  };
  for (const [n, line] of lines.entries()) {
    if (line === '' && (n < lines.length - 1 || isEnd)) close();
    else if (/^event:\s*error\s*$/i.test(line)) isError = true;
    else if (line.startsWith('data:')) data.push(line.slice('data:'.length));
    else if (/^[[{]/.test(line)) return [...events, line.replace(/^\[\s*/, '') + lines.slice(n + 1).join('\n')];
  }
  close();
  return events;
}
