/** From the address of a page, as an owner types it, to the entry of the list that lets the page in. */

export type PageAddress =
  | { kind: 'none' }
  | { kind: 'unreadable' }
  /** Browsers send no origin that could be listed from such a page. */
  | { kind: 'unlistable' }
  | {
      kind: 'origin';
      /** As browsers send it: scheme, host and port. */
      origin: string;
      /** A path, a query or a fragment was cut off. */
      wasLonger: boolean;
      /** The same address with or without `www.`, which is another origin; absent where there is hardly one. */
      twin?: string;
      /** Not encrypted, and not this machine: some parts of a browser do not work there. */
      isInsecure: boolean;
    };

const LOCAL = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

export function readPageAddress(typed: string): PageAddress {
  const text = typed.trim();
  if (text === '') return { kind: 'none' };
  if (/^(file|data|blob|about|chrome):/i.test(text)) return { kind: 'unlistable' };
  const spelled = /^[a-z][a-z0-9+.-]*:\/\//i.test(text)
    ? text
    : `${/^(localhost|127\.|\[::1\])/.test(text) ? 'http' : 'https'}://${text}`;
  const url = URL.parse(spelled);
  if (!url || !/^https?:$/.test(url.protocol) || !isHost(url.hostname)) return { kind: 'unreadable' };
  const { origin, hostname, pathname, search, hash, username } = url;
  const twin = twinOf(url);
  return {
    kind: 'origin',
    origin,
    wasLonger: pathname !== '/' || search !== '' || hash !== '' || username !== '',
    ...(twin !== undefined && { twin }),
    isInsecure: url.protocol === 'http:' && !LOCAL.test(hostname),
  };
}

/** A name with a dot, or this machine. `URL` takes any word for a host. */
const isHost = (host: string): boolean =>
  LOCAL.test(host) || (/^[a-z0-9_-]+(\.[a-z0-9_-]+)+$/.test(host) && host.length < 254);

function twinOf({ protocol, hostname, port }: URL): string | undefined {
  const tail = port && `:${port}`;
  if (hostname.startsWith('www.')) return `${protocol}//${hostname.slice(4)}${tail}`;
  const isApex = hostname.split('.').length === 2 && !/^[\d.]+$/.test(hostname);
  return isApex ? `${protocol}//www.${hostname}${tail}` : undefined;
}
