/** The owner's calls, with the admin token. */
import type { TestWorker } from '../../support.ts';

export const TOKEN = 'an-owner-s-token-of-some-length';
export const OWNER = { ADMIN_TOKEN: TOKEN };
export const asOwner = (token = TOKEN) => ({ Authorization: `Bearer ${token}` });

/** Calls the owner's API. `path` is below `/peel/admin/api`. */
export const call = (
  worker: TestWorker,
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = asOwner(),
): Promise<Response> =>
  worker.fetch(`/peel/admin/api${path}`, {
    method,
    headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });

/** What an owner's call answers. @throws if it is refused. */
export async function told<T>(answer: Promise<Response>): Promise<T> {
  const response = await answer;
  const text = await response.text();
  if (!response.ok) throw new Error(`${response.status} ${text}`);
  return (text === '' ? undefined : JSON.parse(text)) as T;
}
