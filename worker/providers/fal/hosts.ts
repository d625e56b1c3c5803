/** Which addresses in an answer of fal are believed. Everything else is neither asked nor told the key. */

/** Exact names, and one suffix of fal's own: it numbers its media hosts anew from time to time (v2, v3, v3b). */
export const FAL_MEDIA_HOSTS: readonly string[] = ['fal.media', '.fal.media'];
export const FAL_BASE_URL = 'https://fal.run';
export const FAL_QUEUE_BASE_URL = 'https://queue.fal.run';

/**
 * An address of the queue, as the queue itself gave it: of the configured origin, or of fal's where a gateway passes
 * fal's answers on as they are.
 */
export function queueAddress(text: unknown, queueUrl: string): string | undefined {
  const url = parse(text);
  const origins = [new URL(queueUrl).origin, FAL_QUEUE_BASE_URL];
  return url && origins.includes(url.origin) ? url.href : undefined;
}

/**
 * The address of a picture. Only `https`, but for this machine itself, where tests have their hosts.
 *
 * @param hosts Names, with a port where it is not the usual one; one that begins with a dot covers all below it.
 */
export function pictureAddress(text: unknown, hosts: readonly string[]): string | undefined {
  const url = parse(text);
  if (!url || (url.protocol !== 'https:' && !isLoopback(url.hostname))) return undefined;
  return hosts.some((host) => isCovered(url, host)) ? url.href : undefined;
}

function isCovered({ hostname, host, port }: URL, allowed: string): boolean {
  if (allowed.startsWith('.')) return port === '' && hostname.endsWith(allowed);
  return host === allowed || (hostname === allowed && isLoopback(hostname));
}

const isLoopback = (hostname: string): boolean => ['127.0.0.1', 'localhost', '[::1]'].includes(hostname);

function parse(text: unknown): URL | undefined {
  if (typeof text !== 'string' || !URL.canParse(text)) return undefined;
  const url = new URL(text);
  return /^https?:$/.test(url.protocol) && url.username === '' && url.password === '' ? url : undefined;
}
