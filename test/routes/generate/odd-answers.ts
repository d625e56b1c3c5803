/** A provider that answers a request with the texts of a test. */
import { inject } from 'vitest';
import { eventually } from '../../eventually.ts';
import type { TestWorker } from '../../support.ts';
import { ARRAY, type Body, GENERATE, moneyOf, nameOf, newBody, SSE } from './money.ts';

export type FormName = 'json' | 'sse' | 'array';
export const TARGETS: Record<FormName, string> = { json: GENERATE, sse: SSE, array: ARRAY };
export const FORM_NAMES = Object.keys(TARGETS) as FormName[];
/** Content types that providers declare, right or wrong; `none`: no header. */
export const LABELS = ['application/json', 'text/event-stream', 'text/plain', 'none'] as const;

/** Google's usage of a 1K picture by the model of these tests. */
export const USAGE = {
  usageMetadata: {
    promptTokenCount: 12,
    candidatesTokenCount: 1120,
    candidatesTokensDetails: [{ modality: 'IMAGE', tokenCount: 1120 }],
    totalTokenCount: 1132,
  },
};

export const messageOf = (parts: unknown[], finishReason?: string, more: object = {}) => ({
  candidates: [{ content: { parts, role: 'model' }, ...(finishReason !== undefined && { finishReason }), index: 0 }],
  ...more,
});

export function spell(messages: unknown[], form: FormName): string {
  const texts = messages.map((message) => JSON.stringify(message));
  if (form === 'json') return texts[0]!;
  return form === 'sse' ? texts.map((text) => `data: ${text}\r\n\r\n`).join('') : `[${texts.join(',\r\n')}\n]`;
}

interface Script {
  body: string;
  contentType?: string;
  slice?: number;
}

/** A new request with its answers in turn. Later answers are good ones. */
export async function scripted(...answers: Script[]): Promise<Body> {
  const body = newBody();
  const match = { promptIncludes: nameOf(body) };
  const rules = answers.map((behaviour) => ({ match, behaviour, times: 1 }));
  const told = await fetch(`${inject('upstreamUrl')}/__control`, { method: 'POST', body: JSON.stringify(rules) });
  if (!told.ok) throw new Error(await told.text());
  return body;
}

interface Part {
  text?: string;
  thought?: boolean;
  inlineData?: { mimeType: string; data: string };
  fileData?: { mimeType: string; fileUri: string };
}

interface Message {
  candidates?: { content?: { parts?: Part[] }; finishReason?: string }[];
  peelNotes?: string[];
}

/** The messages of an answer. @throws if the answer does not have the requested form. */
export function messagesIn(text: string, form: FormName): Message[] {
  if (form === 'json') return [JSON.parse(text) as Message];
  if (form === 'array') return JSON.parse(text) as Message[];
  const events = text.split(/\r\n\r\n|\n\n/).filter((event) => event !== '' && !event.startsWith(':'));
  return events.map((event) => {
    if (!event.startsWith('data: ')) throw new Error(`no event: ${event.slice(0, 80)}`);
    return JSON.parse(event.slice('data: '.length)) as Message;
  });
}

export const partsIn = (messages: Message[]): Part[] =>
  messages.flatMap(({ candidates }) => candidates?.[0]?.content?.parts ?? []);

/** The unmarked pictures of an answer: base64, or addresses. */
export const picturesIn = (messages: Message[]): string[] =>
  partsIn(messages)
    .filter(({ thought }) => thought !== true)
    .flatMap(({ inlineData, fileData }) => inlineData?.data ?? fileData?.fileUri ?? []);

/** The settled money, after nothing is held any more. */
export const settledOf = async (worker: TestWorker) => {
  await eventually(() => moneyOf(worker)).toMatchObject({ held: 0 });
  return (await moneyOf(worker)).settled;
};
