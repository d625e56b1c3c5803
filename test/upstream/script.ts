/**
 * What the fake is told to do, and the three ways of telling it: rules in process, rules over HTTP, and words in the
 * prompt such as `[[error:429_quota]] [[delay:1000]]`.
 */

/** Everything optional: an empty `Behaviour` is a good answer without a hurry or a hitch. */
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
  /** `image/png` or `image/jpeg`, whatever the model draws by itself. */
  type?: string;
  /** Pictures in the answer. */
  images?: number;
  /** Decoded size of the picture's thought signature, such as `3MB`; `0` for none. */
  signature?: string;
  /** `loose`: whatever comes back as a signature is taken. */
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
  /** Thought tokens that are counted, instead of the usual. */
  thoughts?: number;
  /** Image tokens that are counted, whatever came. */
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
  /** Sizes of the writes of the body in bytes, so that borders fall anywhere. */
  slice?: number;
  /** `headers`: the connection breaks before them. A share such as `0.5` or `50%`: after so much of the body. */
  reset?: string;
  /** As `reset`, but the connection ends politely: a body that is simply too short. A whole number counts bytes. */
  truncate?: string;
  /** Bytes that are no HTTP answer's body: `json`, `html` or `binary`. */
  garbage?: string;
  /** Accepts the request and never answers. */
  hang?: boolean;
  /** Answers when `release` has been called with this name: in process only. */
  hold?: string;
  /** 307 to this address. */
  redirect?: string;
  /** Writes the key into the answer: `text` or `header` of a 200, or `error` message. */
  echoKey?: string;
  /** Instead of the right `Content-Type`; `none`: without one. */
  contentType?: string;
  /** `Content-Length` where Google streams in chunks. */
  length?: boolean;
  /** Compressed, where the caller accepts it. */
  gzip?: boolean;
  /** `RetryInfo.retryDelay` of a 429, such as `34s`; `none` leaves it out. */
  retry?: string;
  /** `Retry-After`, verbatim. */
  retryAfter?: string;

  /** Of fal: which step the faults above happen at. `submit` when absent; `status`, `result`, `media` or `cancel`. */
  falAt?: string;
  /** Of fal: how often they happen; always when absent. */
  falTimes?: number;
  /** Of fal: how many polls find the request unfinished; 1 when absent. The first finds it in the queue, others at work. */
  falPolls?: number;
  /** Of fal: the picture's address instead of the right one; `data` for a data URI. */
  falUrl?: string;
  /** Of fal: the queue's addresses begin with this instead of its own base. */
  falQueueUrl?: string;
  /** Of fal: what the model says. */
  falDescription?: string;
}

/** What a rule may look at. */
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
  /** What to do; words as in a prompt; or, in process, a function of the request. `undefined` passes to the next rule. */
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
  ] as const),
  ...(['signatures', 'truncate', 'garbage', 'redirect', 'echoKey', 'contentType', 'retry', 'retryAfter'] as const),
  ...(['falAt', 'falUrl', 'falQueueUrl', 'falDescription'] as const),
];

const isOneOf = <const T extends string>(names: readonly T[], name: string): name is T =>
  (names as readonly string[]).includes(name);

/**
 * Reads the words of a prompt: `[[name:value]]`, names in kebab-case, flags without a value.
 *
 * @throws On a word that does not exist: a test that misspells a fault would otherwise pass without it.
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

/** Where to stop in a body of `total` bytes: a share (`0.5`, `50%`) or a whole number of bytes. */
export function parseCut(text: string, total: number): number {
  const value = Number.parseFloat(text);
  if (Number.isNaN(value)) throw new Error(`A cut is a share or a number of bytes, not "${text}".`);
  if (text.endsWith('%')) return Math.floor((total * value) / 100);
  return value < 1 ? Math.floor(total * value) : Math.min(total, Math.floor(value));
}

/** The rules in force, asked in the order they were made. */
export class Rules {
  #rules: Rule[] = [];

  add(...rules: Rule[]): void {
    // Misspelled words fail here, in the test that wrote them, rather than in a request later on.
    for (const { behaviour } of rules) {
      if (typeof behaviour === 'string') parseWords(behaviour);
      else if (behaviour === undefined) throw new Error('A rule needs a `behaviour`.');
    }
    this.#rules.push(...rules.map((rule) => ({ ...rule })));
  }

  clear(): void {
    this.#rules = [];
  }

  /** What to do with a request: the first rule that matches, then the prompt's own words, which win. */
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
