/** Which addresses in fal's answers are trusted. Other addresses are never called, and never get the key. */

import { FAL_QUEUE_BASE_URL } from './entry.ts';

/**
 * Checks an address that the queue returned. Its origin must be the configured one, or fal's own, because a gateway may
 * pass on fal's answers unchanged.
 */
export function queueAddress(text: unknown, queueUrl: string): string | undefined {
  const url = parse(text);
  const origins = [new URL(queueUrl).origin, FAL_QUEUE_BASE_URL];
  return url && origins.includes(url.origin) ? url.href : undefined;
}

/**
 * Checks the address of a picture. It must use `https`, except on this machine itself, where tests have their hosts.
 *
 * @param hosts Names, with a port if it is not the default. A name with a leading dot covers all its subdomains.
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
