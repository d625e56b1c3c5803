/**
 * Fourteen pictures of 5 MiB by address. The upstream request is byte for byte that of inline pictures, which no caller
 * can send (98 MB), and the worker never holds all of it in memory.
 */
import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { peakMiB, resetPeak, residentMiB } from '../../bench/process-usage.ts';
import { MODEL, nameOf, newPrompt, requestOf, type Way } from '../ask.ts';
import { type Effort, type Figure, many } from '../figures.ts';
import type { Peel } from '../peel.ts';
import { paidCalls, type Stage } from '../stage.ts';

const PICTURES = 14;
/** All fourteen are more than a caller can send, in a test as well. */
const PICTURE_MIB: Record<Effort, number> = { full: 5, short: 2.5 };
const bytesOf = (effort: Effort): number => PICTURE_MIB[effort] * 1024 * 1024;
/** Size of an answer with such a picture: its base64, a signature of 400 bytes, and the fake's frame. */
const answerBytesOf = (effort: Effort): number => (bytesOf(effort) / 3) * 4 + 536 + 1200;

/** Limit over idle in MiB, with R2's simulator in the same process. */
const MEMORY_MIB = 24;
const ROUNDS: Record<Effort, number> = { full: 5, short: 1 };

const LINK: Way = { form: 'json', delivery: 'link' };
const WAYS: readonly Way[] = [LINK, { form: 'json', delivery: 'inline', noStore: true }];

interface Round {
  isEqual: boolean;
  /** Peak memory over idle, in MiB. */
  overIdle: number;
}

export async function proveReferences(stage: Stage, effort: Effort): Promise<Figure[]> {
  const rounds = await stage.withPeel({}, async (peel) => {
    const addresses: string[] = [];
    while (addresses.length < PICTURES) addresses.push(await draw(peel, effort));
    const found: Round[] = [];
    for (let n = 0; n < ROUNDS[effort]; n += 1) {
      for (const way of WAYS) found.push(await play(stage, peel, addresses, way, effort));
    }
    return found;
  });
  const different = rounds.filter(({ isEqual }) => !isEqual).length;
  const most = Math.max(...rounds.map(({ overIdle }) => overIdle));
  stage.say(`references: ${rounds.map(({ overIdle }) => overIdle.toFixed(1)).join(', ')} MiB over idle`);
  const on = `${many(rounds.length, 'request')} with ${PICTURES} pictures of ${PICTURE_MIB[effort]} MiB by address, kept and straight through`;
  return [
    {
      promise: 'Requests by address that went up unlike the same with its pictures inside',
      figure: `${different}`,
      measuredOn: on,
      holds: different === 0,
    },
    {
      promise: `Memory over idle for 98 MB that go up (bar ${MEMORY_MIB} MiB)`,
      figure: `${most.toFixed(1)} MiB`,
      measuredOn: on,
      // One round beside other tests is too noisy for a memory limit.
      holds: effort === 'short' || most <= MEMORY_MIB,
    },
  ];
}

async function post(peel: Peel, way: Way, parts: readonly unknown[]): Promise<string> {
  const { path, headers } = requestOf(way);
  const body = JSON.stringify({ contents: [{ role: 'user', parts }] });
  const response = await fetch(peel.url + path, { method: 'POST', headers, body });
  const text = await response.text();
  if (!response.ok) throw new Error(`${MODEL} answered ${response.status}: ${text.slice(0, 400)}`);
  return text;
}

/** @returns The address of a new picture. */
async function draw(peel: Peel, effort: Effort): Promise<string> {
  const text = await post(peel, LINK, [
    { text: newPrompt(`[[size:${Math.round(answerBytesOf(effort))}]] [[answer:image]]`) },
  ]);
  return /"fileUri":\s*"([^"]+)"/.exec(text)?.[1] as string;
}

async function play(stage: Stage, peel: Peel, addresses: readonly string[], way: Way, effort: Effort): Promise<Round> {
  const [template, prompt] = [newPrompt('[[size:tiny]]'), newPrompt('[[size:tiny]]')];
  await post(peel, way, [{ text: template }]);
  const { upstream } = stage;
  // Wait until the memory of the last round is freed.
  await sleep(1000);
  const idle = residentMiB(peel.pid);
  resetPeak(peel.pid);

  const before = upstream.requests.length;
  await post(peel, way, [...addresses.map((fileUri) => ({ fileData: { fileUri } })), { text: prompt }]);

  const overIdle = peakMiB(peel.pid) - idle;
  const sent = upstream.requests.slice(before).find(({ bytes }) => bytes > PICTURES * bytesOf(effort));
  const body = paidCalls(stage, nameOf(template))[0]?.body as string;
  return { isEqual: sent?.sha256 === (await inlineDigest(body, template, prompt, addresses)), overIdle };
}

/** The digest of the same request with inline pictures, made from an upstream request without any. */
async function inlineDigest(body: string, template: string, prompt: string, addresses: readonly string[]) {
  const [before, after] = body.split(JSON.stringify({ text: template })) as [string, string];
  const hash = createHash('sha256').update(before);
  for (const address of addresses) {
    const picture = Buffer.from(await (await fetch(address)).bytes());
    const mimeType = picture[0] === 0xff ? 'image/jpeg' : 'image/png';
    hash.update(`${JSON.stringify({ inlineData: { mimeType, data: picture.toString('base64') } })},`);
  }
  return hash.update(JSON.stringify({ text: prompt }) + after).digest('hex');
}
