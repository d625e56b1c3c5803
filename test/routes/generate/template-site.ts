/** A site with a template, its visitor, and what leaves for the provider. */
import { env } from 'cloudflare:workers';
import { inject } from 'vitest';
import type { SiteRecord } from '../../../worker/sites/site-record.ts';
import type { TemplateRecord } from '../../../worker/templates/template-record.ts';
import { wholePng } from '../../files/whole-images.ts';
import { createTestWorker, ORIGIN, type TestWorker } from '../../support.ts';
import { GENERATE, visitorOf } from './money.ts';

export const SITE = 'default';

export const template = (changes: Partial<TemplateRecord> = {}): TemplateRecord => ({
  prompt: 'A mug for {{who}}. {{wish}}',
  slots: [
    { name: 'who', label: 'For whom', type: 'text', maxLength: 60, required: true },
    { name: 'wish', label: 'More', type: 'text', maxLength: 200 },
  ],
  ...changes,
});

/** Writes the site as its owner does. Isolates that know another copy read it within a minute. */
export async function putSite(ofTemplate: TemplateRecord | undefined, changes: Partial<SiteRecord> = {}) {
  const record: SiteRecord = {
    ...{ origins: [ORIGIN], adultsDeclared: true, proof: 'none' },
    limits: { visitorPerMinute: 1000, visitorPerDay: 1000, sessionUses: 1000 },
    budgets: { dailyUsd: 1000, monthlyUsd: 1000 },
    ...(ofTemplate && { promptMode: 'template', template: ofTemplate }),
    ...changes,
  };
  await env.KV.put(`site:${SITE}`, JSON.stringify(record));
}

export const form = (slots: Record<string, string>, more: object = {}, config: object = {}) => ({
  contents: [{ role: 'user', parts: [{ peelTemplate: { slots, ...more } }] }],
  ...(Object.keys(config).length > 0 && { generationConfig: config }),
});

/** A value that no other request has. */
export const someone = (): string => `Ada ${crypto.randomUUID()}`;

/** A worker of the site, and a visitor's requests. */
export async function openSite(ofTemplate = template(), changes: Partial<SiteRecord> = {}) {
  await putSite(ofTemplate, changes);
  const worker = createTestWorker();
  return { worker, ask: await visitorOf(worker, '198.51.100.7') };
}

export interface SentRequest {
  path: string;
  body: string;
}

/** What the fake upstream has read of requests with a text. */
export const sentUp = async (includes: string): Promise<SentRequest[]> =>
  (await fetch(`${inject('upstreamUrl')}/__requests?includes=${encodeURIComponent(includes)}`)).json();

export interface SentPart {
  text?: string;
  inlineData?: { mimeType: string; data: string };
}

/** The parts of the only request with a text. */
export async function partsUp(includes: string): Promise<SentPart[]> {
  const [only, ...others] = await sentUp(includes);
  if (!only || others.length > 0) throw new Error(`${others.length + (only ? 1 : 0)} requests with ${includes}`);
  return (JSON.parse(only.body) as { contents: { parts: SentPart[] }[] }).contents.flatMap(({ parts }) => parts);
}

/** Uploads a picture as an API client. @returns Its address. */
export async function upload(worker: TestWorker, key: string, bytes = wholePng(2000)): Promise<string> {
  const answer = await worker.fetch('/upload/v1beta/files', {
    method: 'POST',
    headers: { 'content-type': 'image/png', 'x-goog-api-key': key },
    body: bytes,
  });
  return ((await answer.json()) as { file: { uri: string } }).file.uri;
}

/** The address of an answer's last picture. */
export async function pictureOf(answer: Response): Promise<string> {
  const uris = [...(await answer.text()).matchAll(/"fileUri":"([^"]+)"/g)];
  const uri = uris.at(-1)?.[1];
  if (uri === undefined) throw new Error('no picture');
  return uri;
}

export const LINK = { 'Peel-Images': 'link' };
export { GENERATE };
