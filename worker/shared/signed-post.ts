/**
 * A signed JSON message to an address of the owner's: alarms, and questions about pictures. The receiver checks
 * `Peel-Signature` with the secret that it shares.
 */
export interface SignedPostOptions {
  fetch: (url: string, init: RequestInit) => Promise<Response>;
  /** Unix milliseconds. */
  now: () => number;
}

/**
 * Sends a body once. Redirects are not followed: the message is for the address that the owner has named, and no other.
 *
 * @throws What `fetch` throws, such as at the end of `signal`.
 */
export async function postSigned(
  { url, secret, body, signal }: { url: string; secret: string; body: string; signal: AbortSignal },
  { fetch, now }: SignedPostOptions,
): Promise<Response> {
  return fetch(url, {
    method: 'POST',
    headers: {
      'Content-Type': 'application/json',
      'Peel-Signature': await signatureOf(secret, body, now()),
      'User-Agent': 'Peel-Webhook',
    },
    body,
    redirect: 'manual',
    signal,
  });
}

/**
 * `t=…,v1=…`: the time in Unix seconds, and the HMAC-SHA256 of `{t}.{body}` in hexadecimal digits.
 *
 * @param at Unix milliseconds.
 */
export async function signatureOf(secret: string, body: string, at: number): Promise<string> {
  const encode = (text: string) => new TextEncoder().encode(text);
  const t = Math.floor(at / 1000);
  const key = await crypto.subtle.importKey('raw', encode(secret), { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
  const mac = await crypto.subtle.sign('HMAC', key, encode(`${t}.${body}`));
  return `t=${t},v1=${new Uint8Array(mac).toHex()}`;
}
