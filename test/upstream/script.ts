/**
 * The behaviours that tests can request, in three ways: rules in process, rules over HTTP, and words in the prompt such
 * as `[[error:429_quota]] [[delay:1000]]`.
 */

/** All fields are optional: an empty `Behaviour` is a good answer without delays or faults. */
export interface Behaviour {
  /** A name of answers.ts. */
  answer?: string;
  /** A name of errors.ts, or any three-digit status. */
  error?: string;
  /** `finishReason` of an answer without a picture. */
  finish?: string;
  /** `promptFeedback.blockReason`; no candidates come. */
  block?: string;

  /** Size of the whole answer on the wire in bytes, such as `6MB`; `tiny` is under a kilobyte and 64 pixels wide. */
  size?: string;
  /** `image/png` or `image/jpeg`, in place of the model's usual type. */
  type?: string;
  /** Pictures in the answer. */
  images?: number;
  /** Decoded size of the picture's thought signature, such as `3MB`; `0` for none. */
  signature?: string;
  /** `loose`: accepts any signature. */
  signatures?: string;
  /** `thoughtSignature` before `inlineData`, and `mimeType` after `data`. */
  signatureFirst?: boolean;
  /** `snake_case` names, as some resellers answer. */
  snake?: boolean;
  /** Indented, with spaces after colons. */
  pretty?: boolean;
  /** `\/` for `/`, as PHP writes it. */
  escaped?: boolean;
  /** `-` and `_` in the base64 of pictures. */
  urlSafe?: boolean;
  /** No `=` at the end of the base64 of pictures. */
  unpadded?: boolean;
  /** `none`: no `usageMetadata`. `odd`: counts that make no sense. */
  usage?: string;
  /** Thought tokens of the usage, in place of the usual count. */
  thoughts?: number;
  /** Image tokens of the usage, whatever the answer holds. */
  imageTokens?: number;
  /** Lines end with LF in server-sent events, where Google writes CRLF. */
  lf?: boolean;
  /** Verbatim bytes of this file as the body. */
  file?: string;
  /** Verbatim text as the body. */
  body?: string;
  status?: number;

  /** Milliseconds before the headers. */
  delay?: number;
  /** Milliseconds between headers and body. */
  bodyDelay?: number;
  /** Milliseconds before each unit of a stream but the first. */
  eventDelay?: number;
  /** Bytes per second of the body. */
  drip?: number;
  /** Bytes per write of the body, so that chunks end anywhere. */
  slice?: number;
  /** `headers`: the connection breaks before them. A share such as `0.5` or `50%`: after that much of the body. */
  reset?: string;
  /** As `reset`, but the connection ends normally with too short a body. A whole number counts bytes. */
  truncate?: string;
  /** A body that is not Gemini's: `json`, `html` or `binary`. */
  garbage?: string;
  /** Accepts the request and never answers. */
  hang?: boolean;
  /** Answers after `release` is called with this name. */
  hold?: string;
  /** Sends what follows the first unit of a stream after `release` is called with this name. */
  eventHold?: string;
  /** 307 to this address. */
  redirect?: string;
  /** Writes the key into the answer: `text` or `header` of a 200, or `error` message. */
  echoKey?: string;
  /** Replaces the `Content-Type`; `none` leaves it out. */
  contentType?: string;
  /** Sends `Content-Length`, where Google sends chunks. */
  length?: boolean;
  /** Compresses the body if the caller accepts it. */
  gzip?: boolean;
  /** `RetryInfo.retryDelay` of a 429, such as `34s`; `none` leaves it out. */
  retry?: string;
  /** `Retry-After`, verbatim. */
  retryAfter?: string;

  /** fal: the step of the faults above: `submit` (default), `status`, `result`, `media` or `cancel`. */
  falAt?: string;
  /** fal: how often the faults happen; always when absent. */
  falTimes?: number;
  /** fal: polls that find the request unfinished, 1 by default: `IN_QUEUE` at first, then `IN_PROGRESS`. */
  falPolls?: number;
  /** fal: replaces the picture's address; `data` for a data URI. */
  falUrl?: string;
  /** fal: replaces the base of the queue's addresses. */
  falQueueUrl?: string;
  /** fal: the media host knows no ranges, and sends the whole picture each time. */
  falWhole?: boolean;
  /** fal: the model's `description`. */
  falDescription?: string;
}

/** The parts of a request that a rule may match. */
export interface Asked {
  method: string;
  path: string;
  model: string;
  prompt: string;
  key: string;
}

export interface Match {
  model?: string;
  promptIncludes?: string;
  /** The verb after the colon, such as `generateContent`. */
  method?: string;
  /** The upstream key the request came with. */
  key?: string;
}

export interface Rule {
  match?: Match;
  /** A behaviour, words as in a prompt, or (in process) a function of the request. `undefined` tries the next rule. */
  behaviour: Behaviour | string | ((asked: Asked) => Behaviour | string | undefined);
  /** How often the rule applies; unlimited when absent. */
  times?: number;
}

const WORD = /\[\[([a-z-]+)(?::([^\]]*))?\]\]/g;

const NUMBERS = [
  ...(['images', 'status', 'delay', 'bodyDelay', 'eventDelay', 'drip', 'slice'] as const),
  ...(['thoughts', 'imageTokens', 'falTimes', 'falPolls'] as const),
];
const FLAGS = [
  'signatureFirst',
  'snake',
  'pretty',
  'escaped',
  'urlSafe',
  'unpadded',
  'lf',
  'hang',
  'length',
  'gzip',
  'falWhole',
] as const;
const TEXTS = [
  ...([
    'answer',
    'error',
    'finish',
    'block',
    'size',
    'type',
    'signature',
    'usage',
    'file',
    'body',
    'reset',
    'hold',
    'eventHold',
  ] as const),
  ...(['signatures', 'truncate', 'garbage', 'redirect', 'echoKey', 'contentType', 'retry', 'retryAfter'] as const),
  ...(['falAt', 'falUrl', 'falQueueUrl', 'falDescription'] as const),
];

const isOneOf = <const T extends string>(names: readonly T[], name: string): name is T =>
  (names as readonly string[]).includes(name);

/**
 * Reads the words of a prompt: `[[name:value]]`, names in kebab-case, flags without a value.
 *
 * @throws For an unknown word: otherwise a test with a misspelled fault would pass without the fault.
 */
function parseWords(text: string): Behaviour {
  const behaviour: Behaviour = {};
  for (const [word, name = '', value] of text.matchAll(WORD)) {
    const field = name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
    if (isOneOf(NUMBERS, field) && Number.isFinite(Number(value))) behaviour[field] = Number(value);
    else if (isOneOf(FLAGS, field) && value === undefined) behaviour[field] = true;
    else if (isOneOf(TEXTS, field) && value !== undefined) behaviour[field] = value;
    else throw new Error(`The fake upstream does not know the word ${word}.`);
  }
  return behaviour;
}

/** Bytes of `512`, `64KB`, `6MB` (decimal) or `5MiB` (binary). */
export function parseBytes(text: string): number {
  const found = /^(\d+(?:\.\d+)?)(KB|MB|KiB|MiB)?$/.exec(text);
  if (!found) throw new Error(`A size is a number with KB, MB, KiB or MiB, not "${text}".`);
  const unit = { KB: 1e3, MB: 1e6, KiB: 1024, MiB: 1024 ** 2 }[found[2] ?? ''] ?? 1;
  return Math.round(Number(found[1]) * unit);
}

/** The number of bytes to send of `total`: from a share (`0.5`, `50%`) or a whole number of bytes. */
export function parseCut(text: string, total: number): number {
  const value = Number.parseFloat(text);
  if (Number.isNaN(value)) throw new Error(`A cut is a share or a number of bytes, not "${text}".`);
  if (text.endsWith('%')) return Math.floor((total * value) / 100);
  return value < 1 ? Math.floor(total * value) : Math.min(total, Math.floor(value));
}

/** The active rules, tried in the order of their creation. */
export class Rules {
  #rules: Rule[] = [];

  add(...rules: Rule[]): void {
    // Misspelled words fail here, in the test that has them, and not in a later request.
    for (const { behaviour } of rules) {
      if (typeof behaviour === 'string') parseWords(behaviour);
      else if (behaviour === undefined) throw new Error('A rule needs a `behaviour`.');
    }
    this.#rules.push(...rules.map((rule) => ({ ...rule })));
  }

  clear(): void {
    this.#rules = [];
  }

  /** The behaviour for a request: that of the first matching rule, overridden by the prompt's words. */
  decide(asked: Asked): Behaviour {
    return { ...this.#take(asked), ...parseWords(asked.prompt) };
  }

  #take(asked: Asked): Behaviour {
    for (const rule of this.#rules) {
      if (rule.times === 0 || !matches(rule.match ?? {}, asked)) continue;
      const behaviour = typeof rule.behaviour === 'function' ? rule.behaviour(asked) : rule.behaviour;
      if (behaviour === undefined) continue;
      if (rule.times !== undefined) rule.times -= 1;
      return typeof behaviour === 'string' ? parseWords(behaviour) : behaviour;
    }
    return {};
  }
}

const matches = (match: Match, asked: Asked): boolean =>
  (match.model === undefined || match.model === asked.model) &&
  (match.method === undefined || match.method === asked.method) &&
  (match.key === undefined || match.key === asked.key) &&
  (match.promptIncludes === undefined || asked.prompt.includes(match.promptIncludes));
