/**
 * Tells from its first bytes what an answer is: one JSON object, a list of them, a stream of events, an error in any
 * of these, or unreadable. `Content-Type` is ignored because it can be wrong (docs/wire-facts.md#google-streams). An
 * error counts only before any part of an answer: after one, the work may have been done.
 */
import type { Form } from '../../request/target.ts';
import { ANSWERS, isBareError } from './error-shape.ts';

export type Beginning =
  /** `isEmpty`: the body is whole, and all its fields are empty. */
  | { form: Form; isEmpty?: true }
  /** The body is an error and not an answer. */
  | { form: 'error' }
  | { form: 'unreadable'; cause: string };

/** What an object's fields tell so far. `cut`: more text is needed. `nothing`: length of an object without content. */
type Word = 'answer' | 'error' | 'garbage' | 'cut' | { nothing: number };

const unreadable = (cause: string): Beginning => ({ form: 'unreadable', cause });

/**
 * @param text All that has arrived so far.
 * @param isEnd Nothing follows.
 * @returns undefined if more text is needed.
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
    // The body ended inside the object. It counts as an answer: its readers detect and report the truncation.
    if (word === 'cut' && n === objects.length - 1) return isEnd ? { form } : undefined;
  }
  return isEnd ? { form, isEmpty: true } : undefined;
}

const NAME = /\s*"((?:[^"\\]|\\.)*)"\s*:\s*/y;
const SCALAR = /[^\s,}\]"{[]+(?=[\s,}\]])/y;
const STRING = /"(?:[^"\\]|\\.)*"/sy;
const NOTHING = /(?:null|false|0|""|\{\s*\}|\[\s*\])(?=\s*[,}])/y;
/** A prefix of {@link NOTHING} at the end of the text. */
const PERHAPS_NOTHING = /(?:n|nu|nul|null|f|fa|fal|fals|false|0|"|""|\{\s*|\{\s*\}|\[\s*|\[\s*\])?\s*$/y;

const ERRORS = ['error', 'errors'];
/** Fields that may hold the message of a gateway, or OpenAI's pictures. */
const WRAPPERS = ['response', 'result', 'data'];
const PICTURES = /\[\s*\{\s*"(?:b64_json|revised_prompt)"/y;

/** Reads the fields of an object in order, until one tells what the object is. */
function wordOf(text: string): Word {
  const names: string[] = [];
  let at = 1;
  for (;;) {
    const end = /\s*\}/y;
    end.lastIndex = at;
    if (end.test(text)) return isBareError(names) ? 'error' : { nothing: end.lastIndex };
    const name = match(NAME, text, at);
    if (name === undefined) return /^\s*(?:"(?:[^"\\]|\\.)*(?:\\|"\s*)?)?$/s.test(text.slice(at)) ? 'cut' : 'garbage';
    at += name[0].length;
    names.push(name[1]!);
    const nothing = match(NOTHING, text, at);
    if (nothing === undefined && match(PERHAPS_NOTHING, text, at)) return 'cut';
    if (nothing === undefined && ERRORS.includes(name[1]!)) return 'error';
    if (nothing === undefined && ANSWERS.includes(name[1]!)) return 'answer';
    const inner = nothing === undefined && WRAPPERS.includes(name[1]!) ? wordInside(text, at) : undefined;
    if (inner === 'answer' || inner === 'cut') return inner;
    const length = nothing?.[0].length ?? valueLength(text, at);
    if (length === undefined) return 'cut';
    at += length;
    const comma = match(/\s*,/y, text, at);
    if (comma) at += comma[0].length;
    else if (/^\s*$/.test(text.slice(at))) return 'cut';
    else if (!/^\s*\}/.test(text.slice(at))) return 'garbage';
  }
}

function wordInside(text: string, from: number): Word | undefined {
  if (match(PICTURES, text, from)) return 'answer';
  return text.charAt(from) === '{' ? wordOf(text.slice(from)) : undefined;
}

/**
 * Whether a body is readable but has no content.
 *
 * @param head The whole body, which was short enough to be read at once.
 */
export function isEmptyBody(head: Uint8Array): boolean {
  const beginning = head.length > 0 && readBeginning(new TextDecoder().decode(head), true);
  return beginning !== false && beginning !== undefined && 'isEmpty' in beginning;
}

function match(pattern: RegExp, text: string, at: number): RegExpExecArray | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text) ?? undefined;
}

/** @returns undefined if the text ends inside the value. */
function valueLength(text: string, from: number): number | undefined {
  const string = match(STRING, text, from) ?? match(SCALAR, text, from);
  if (string) return string[0].length;
  if (!/[{[]/.test(text.charAt(from))) return undefined;
  // A string that is cut off is read to the end of the text, once.
  const token = /"(?:[^"\\]|\\.)*(?:"|\\?$)|[{}[\]]/gs;
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

/** The objects of a list, each with the text behind it, up to the first that has content. */
function* elementsOf(text: string): Generator<string> {
  for (let rest = text.replace(BETWEEN, ''); rest !== '' && !rest.startsWith(']'); ) {
    if (/^nul?$/.test(rest) || rest === 'n') return yield '{';
    yield rest;
    const word = rest.startsWith('{') ? wordOf(rest) : 'garbage';
    if (typeof word !== 'object') return;
    rest = rest.slice(word.nothing).replace(BETWEEN, '');
  }
}

/**
 * The JSON texts of events, with `event: error` wrapped as `{"error":…}`. A bare JSON object among the events ends the
 * list, with all text after it.
 */
export function eventsOf(text: string, isEnd: boolean): string[] {
  const events: string[] = [];
  const lines = text.split(/\r\n|\r|\n/);
  // Without a blank line after them the last `data:` lines are an event too: its JSON may be cut off.
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
