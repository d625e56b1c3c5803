/**
 * Refuses unknown fields as Google does. It walks the request with the fields of the v1beta discovery document and
 * answers in the words of protobuf's JSON parser (docs/wire-facts.md#google-requests).
 */
import { type FakeError, googleError } from './errors.ts';

type Field =
  | 'any'
  | 'string'
  | 'bytes'
  | 'bool'
  | 'int'
  | 'float'
  | { one: Message }
  | { many: Message }
  | { enum: readonly string[]; type: string }
  | { strings: true }
  | { enums: readonly string[]; type: string };

type Message = () => Readonly<Record<string, Field>>;

const ENUM_ROOT = 'type.googleapis.com/google.ai.generativelanguage.v1beta.';

const empty: Message = () => ({});
const blob: Message = () => ({ mimeType: 'string', data: 'bytes' });
const fileData: Message = () => ({ mimeType: 'string', fileUri: 'string' });
const part: Message = () => ({
  text: 'string',
  inlineData: { one: blob },
  fileData: { one: fileData },
  thought: 'bool',
  thoughtSignature: 'bytes',
  functionCall: 'any',
  functionResponse: 'any',
  executableCode: 'any',
  codeExecutionResult: 'any',
  videoMetadata: 'any',
  mediaResolution: 'any',
  partMetadata: 'any',
});
const content: Message = () => ({ role: 'string', parts: { many: part } });
const searchTypes: Message = () => ({ webSearch: { one: empty }, imageSearch: { one: empty } });
const googleSearch: Message = () => ({ searchTypes: { one: searchTypes }, timeRangeFilter: 'any' });
const tool: Message = () => ({
  googleSearch: { one: googleSearch },
  googleSearchRetrieval: 'any',
  functionDeclarations: 'any',
  codeExecution: 'any',
  urlContext: 'any',
  fileSearch: 'any',
  googleMaps: 'any',
  computerUse: 'any',
});
const safetySetting: Message = () => ({ category: 'string', threshold: 'string' });
const imageConfig: Message = () => ({ aspectRatio: 'string', imageSize: 'string' });
const thinkingConfig: Message = () => ({
  includeThoughts: 'bool',
  thinkingBudget: 'int',
  thinkingLevel: { enum: ['MINIMAL', 'LOW', 'MEDIUM', 'HIGH'], type: 'ThinkingConfig.ThinkingLevel' },
});
const generationConfig: Message = () => ({
  candidateCount: 'int',
  stopSequences: { strings: true },
  maxOutputTokens: 'int',
  temperature: 'float',
  topP: 'float',
  topK: 'int',
  seed: 'int',
  responseModalities: { enums: ['TEXT', 'IMAGE', 'AUDIO'], type: 'GenerationConfig.Modality' },
  responseMimeType: 'string',
  responseSchema: 'any',
  responseJsonSchema: 'any',
  presencePenalty: 'float',
  frequencyPenalty: 'float',
  responseLogprobs: 'bool',
  logprobs: 'int',
  enableEnhancedCivicAnswers: 'bool',
  speechConfig: 'any',
  thinkingConfig: { one: thinkingConfig },
  imageConfig: { one: imageConfig },
  mediaResolution: 'string',
  responseFormat: 'any',
});

export const generateContentRequest: Message = () => ({
  model: 'string',
  contents: { many: content },
  systemInstruction: { one: content },
  tools: { many: tool },
  toolConfig: 'any',
  safetySettings: { many: safetySetting },
  generationConfig: { one: generationConfig },
  cachedContent: 'string',
  serviceTier: 'string',
});

export const countTokensRequest: Message = () => ({
  contents: { many: content },
  generateContentRequest: { one: generateContentRequest },
});

interface Violation {
  field: string;
  description: string;
}

/** The request in camelCase, or the 400 that Google would answer. */
export type Parsed = { ok: true; value: Record<string, unknown> } | { ok: false; error: FakeError };

export function parseMessage(text: string, message: Message): Parsed {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return refuse([
      {
        field: '',
        description: `Invalid JSON payload received. Unexpected end of string. Expected a value.\n${text.slice(0, 40)}\n^`,
      },
    ]);
  }
  const violations: Violation[] = [];
  const value = readMessage(json, message, '', violations);
  return violations.length > 0 ? refuse(violations) : { ok: true, value };
}

function refuse(violations: readonly Violation[]): Parsed {
  const fieldViolations = violations.map(({ field, description }) =>
    field ? { field, description } : { description },
  );
  const message = violations.map(({ description }) => description).join('\n');
  const details = [{ '@type': 'type.googleapis.com/google.rpc.BadRequest', fieldViolations }];
  return { ok: false, error: googleError(400, 'INVALID_ARGUMENT', message, details) };
}

const toCamel = (name: string): string => name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
const toSnake = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function readMessage(json: unknown, message: Message, path: string, violations: Violation[]): Record<string, unknown> {
  const value: Record<string, unknown> = {};
  if (!isRecord(json)) {
    violations.push({
      field: path,
      description: `Invalid value${path ? ` at '${path}'` : ''} (message), ${JSON.stringify(json)}`,
    });
    return value;
  }
  const fields = message();
  for (const [name, member] of Object.entries(json)) {
    const field = fields[toCamel(name)];
    const at = `${path ? `${path}.` : ''}${toSnake(name)}`;
    if (field === undefined) {
      const where = path ? ` at '${path}'` : '';
      violations.push({
        field: path,
        description: `Invalid JSON payload received. Unknown name "${name}"${where}: Cannot find field.`,
      });
    } else if (member !== null) {
      value[toCamel(name)] = readField(member, field, at, violations);
    }
  }
  return value;
}

function readField(json: unknown, field: Field, path: string, violations: Violation[]): unknown {
  const wrong = (type: string): undefined => {
    violations.push({
      field: path,
      description: `Invalid value at '${path}' (${type}), ${JSON.stringify(json)?.slice(0, 80)}`,
    });
  };
  if (typeof field === 'string') return isScalar(json, field) ? json : wrong(SCALAR_TYPES[field]);
  if ('one' in field) return readMessage(json, field.one, path, violations);
  if ('enum' in field) return isEnum(json, field.enum) ? json : wrong(ENUM_ROOT + field.type);
  const list = Array.isArray(json) ? (json as unknown[]) : [json];
  return list.map((item, n) => {
    if ('many' in field) return readMessage(item, field.many, `${path}[${n}]`, violations);
    if ('strings' in field) return readField(item, 'string', `${path}[${n}]`, violations);
    return readField(item, { enum: field.enums, type: field.type }, `${path}[${n}]`, violations);
  });
}

const SCALAR_TYPES = {
  any: '',
  string: 'TYPE_STRING',
  bytes: 'TYPE_BYTES',
  bool: 'TYPE_BOOL',
  int: 'TYPE_INT32',
  float: 'TYPE_FLOAT',
};

const isEnum = (json: unknown, names: readonly string[]): boolean =>
  typeof json === 'string' && names.includes(json.toUpperCase());

function isScalar(json: unknown, type: keyof typeof SCALAR_TYPES): boolean {
  switch (type) {
    case 'any':
      return true;
    case 'string':
      return typeof json === 'string';
    case 'bytes':
      return typeof json === 'string' && /^[A-Za-z0-9+/_-]*={0,2}$/.test(json);
    case 'bool':
      return typeof json === 'boolean';
    case 'int':
      return Number.isInteger(json);
    case 'float':
      return typeof json === 'number';
  }
}
