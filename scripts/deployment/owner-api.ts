/** A deployment as its owner reaches it: whether it answers, and its API (`docs/admin.md`). */
import { parseJson } from '../../worker/shared/json.ts';

/** The deployment said no. The message is in its words. */
export class OwnerApiError extends Error {
  override name = 'OwnerApiError';
}

export interface Health {
  demo: boolean;
  providers: readonly string[];
}

interface Patience {
  tries: number;
  pauseMs: number;
}

/** A new version is everywhere within seconds; a first one waits for its host name and certificate. */
const TWO_MINUTES: Patience = { tries: 60, pauseMs: 2000 };
const TIMEOUT_MS = 10_000;

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** @returns Its last answer; undefined if there was none. */
async function untilSettled(
  send: () => Promise<Response>,
  isSettled: (answer: Response) => boolean,
  { tries, pauseMs }: Patience,
): Promise<Response | undefined> {
  let last: Response | undefined;
  for (let tried = 0; tried < tries; tried += 1) {
    if (tried > 0) await pause(pauseMs);
    await last?.body?.cancel();
    last = await send().catch(() => undefined);
    if (last && isSettled(last)) return last;
  }
  return last;
}

const messageOf = (body: unknown): string | undefined =>
  (body as { error?: { message?: string } } | undefined)?.error?.message;

/** Waits until a deployment answers. @throws OwnerApiError with what it says instead. */
export async function awaitHealth(address: string, patience = TWO_MINUTES): Promise<Health> {
  const answer = await untilSettled(
    () => fetch(`${address}/peel/health`, { signal: AbortSignal.timeout(TIMEOUT_MS) }),
    // 503 with words: a variable is wrong, and waiting does not help.
    ({ status, headers }) => status === 200 || (status === 503 && /json/.test(headers.get('content-type') ?? '')),
    patience,
  );
  const body = parseJson((await answer?.text()) ?? '');
  if (answer?.status === 200) return body as Health;
  throw new OwnerApiError(messageOf(body) ?? `${address} does not answer yet.`);
}

/** Fields of a site's record that the set-up writes (`docs/sites.md`). */
export interface SiteFields {
  origins?: readonly string[];
  budgets?: { dailyUsd?: number; monthlyUsd?: number };
  proof?: 'pow' | 'turnstile' | 'none';
  adultsDeclared?: boolean;
}

/** `warning` goes on after the field's name: `is below the price of a picture`. */
interface FieldWarning {
  field: string;
  warning: string;
}

export interface OwnerApi {
  /** Changes these fields of the site `default` and keeps the others. @returns Warnings about them. */
  changeSite(changes: SiteFields): Promise<readonly FieldWarning[]>;
  get(path: string): Promise<unknown>;
}

export function createOwnerApi(address: string, token: string, patience = TWO_MINUTES): OwnerApi {
  async function ask(path: string, init: RequestInit = {}): Promise<{ body: unknown; etag: string | null }> {
    const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json', ...init.headers };
    const answer = await untilSettled(
      () => fetch(`${address}/peel/admin/api/${path}`, { ...init, headers, signal: AbortSignal.timeout(TIMEOUT_MS) }),
      // Places that do not have the new version yet know no owner (404). A wrong token is not tried again.
      ({ status }) => status < 500 && status !== 404,
      patience,
    );
    const body = parseJson((await answer?.text()) ?? '');
    if (answer?.ok) return { body, etag: answer.headers.get('etag') };
    if (answer?.status === 401) throw new OwnerApiError('That is not the password of this desk (ADMIN_TOKEN).');
    throw new OwnerApiError(messageOf(body) ?? `${address} does not answer.`);
  }

  async function read() {
    const { body, etag } = await ask('sites/default');
    const { record, source } = body as { record: SiteFields; source: string };
    return { record, etag, isRecord: source === 'record' };
  }

  return {
    get: async (path) => (await ask(path)).body,
    async changeSite(changes) {
      const { record, etag, isRecord } = await read();
      const budgets = { ...record.budgets, ...changes.budgets };
      const changed = { ...record, ...changes, ...(changes.budgets && { budgets }) };
      const headers = isRecord && etag !== null ? { 'If-Match': etag } : {};
      const { body } = await ask('sites/default', { method: 'PUT', body: JSON.stringify(changed), headers });
      const { warnings = [] } = body as { warnings?: readonly FieldWarning[] };
      // Why a field that this does not change is worth a warning, the desk says.
      const isChanged = ({ field }: FieldWarning) => Object.hasOwn(changes, field.split('.')[0] ?? '');
      return warnings.filter(isChanged);
    },
  };
}
