import { Hono } from 'hono';
import * as v from 'valibot';
import { refuseOtherThanJson } from '../domain/content-type.ts';
import { fail, type Result, succeed } from '../domain/failure.ts';
import type { Caller, Site } from '../domain/site.ts';
import { issueTicket, TICKET_SECONDS, visitorOf } from '../domain/ticket.ts';
import { policiesOf } from '../domain/windows.ts';
import { credentialOf, type Gate, prefixOf } from '../gate.ts';
import { type App, NO_STORE, sendFailure } from '../http.ts';
import type { SessionAnswer } from '../protocol.ts';
import type { Limits } from '../storage/limits.ts';

export interface SessionRoutesOptions {
  site: Site;
  secrets: readonly string[];
  gate: Gate;
  limits: Limits;
  /** Unix milliseconds. */
  now: () => number;
  /** 128 random bits as hex. */
  createId: () => string;
}

/** Larger than any proof; a session request is a few hundred bytes. */
const MAX_BODY_BYTES = 8192;

const sessionRequest = v.strictObject({ site: v.optional(v.string(), 'default'), proof: v.optional(v.unknown()) });

/** `POST /peel/session`: the visitor's ticket. An old ticket in `Authorization` keeps its visitor's id. */
export const sessionRoutes = ({ site, secrets, gate, limits, now, createId }: SessionRoutesOptions) =>
  new Hono<App>().post('/peel/session', async (c) => {
    const origin = c.get('origin');
    if (origin === undefined) return sendFailure(c, { reason: 'ORIGIN_DENIED' });
    const tooMuch = await gate.admitBurst(c.req.raw);
    if (tooMuch) return sendFailure(c, tooMuch);
    const request = await readSessionRequest(c.req.raw);
    if (!request.ok) return sendFailure(c, request.failure);
    if (request.value.site !== site.id) return sendFailure(c, { reason: 'SITE_UNKNOWN' });

    const seconds = Math.floor(now() / 1000);
    const binding = { origin, prefix: prefixOf(c.req.raw) };
    const old = credentialOf(c.req.raw);
    const visitor = (old && (await visitorOf(secrets, binding, old, seconds))) ?? createId();
    const session = createId();
    const token = await issueTicket(secrets, binding, { site: site.id, visitor, session }, seconds);

    const caller: Caller = {
      kind: 'visitor',
      site,
      origin,
      visitor,
      session,
      prefix: await gate.hidePrefix(binding.prefix),
    };
    const states = await limits.read(policiesOf(caller));
    const remaining = (name: string) => states.find(({ policy }) => policy.name === name)?.state.remaining ?? 0;
    const answer: SessionAnswer = {
      token,
      expiresAt: new Date((seconds + TICKET_SECONDS) * 1000).toISOString(),
      remaining: { session: remaining('session'), day: remaining('visitor-day') },
    };
    return c.json(answer, 200, NO_STORE);
  });

async function readSessionRequest(request: Request): Promise<Result<v.InferOutput<typeof sessionRequest>>> {
  const otherType = refuseOtherThanJson(request.headers.get('Content-Type'));
  if (otherType) return fail(otherType);
  const text = request.body ? await readText(request.body, MAX_BODY_BYTES) : '';
  if (text === undefined) return fail({ reason: 'BODY_TOO_LARGE', maxBytes: MAX_BODY_BYTES });
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return fail({ reason: 'INVALID_FIELD', field: 'body', rule: 'must be a JSON object' });
  }
  // To valibot an array is an object without fields.
  const parsed = v.safeParse(sessionRequest, Array.isArray(body) ? undefined : body);
  if (parsed.success) return succeed(parsed.output);
  const [issue] = parsed.issues;
  const field = v.getDotPath(issue) ?? 'body';
  if (issue.type === 'strict_object' && issue.expected === 'never') {
    return fail({ reason: 'UNKNOWN_FIELD', field, accepted: ['site', 'proof'] });
  }
  return fail({ reason: 'INVALID_FIELD', field, rule: `must be ${issue.expected ?? 'valid'}` });
}

/** @returns undefined past `maxBytes`: counted as it comes, whatever `Content-Length` says. */
async function readText(body: ReadableStream<Uint8Array>, maxBytes: number): Promise<string | undefined> {
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > maxBytes) return undefined;
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}
