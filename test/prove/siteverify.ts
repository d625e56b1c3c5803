/** A siteverify of Cloudflare that works or fails as it is told. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** How it fails; `works` for as it should be. */
export type Condition = 'works' | 'hangs' | 'resets' | 'errors' | 'garbage' | 'internal-error';

export interface FakeSiteverify {
  url: string;
  condition: Condition;
  /** Calls so far. */
  readonly calls: number;
  close(): void;
}

export const TURNSTILE = {
  TURNSTILE_SITE_KEY: '0x4AAAAAAAB1cDeFgHiJkLmN',
  TURNSTILE_SECRET_KEY: '0x4AAAAAAAB1cDeFgHiJkLmNoPqRsTuVwXy',
};

let solved = 0;
/** A token that a visitor of this fake gets for a nonce: nonce and page are in it, and it is valid once. */
export const tokenFor = (nonce: string, hostname: string): string => `${nonce}.${++solved}.${hostname}`;

export async function createFakeSiteverify(): Promise<FakeSiteverify> {
  const spent = new Set<string>();
  let calls = 0;
  const server = createServer(async (request, response) => {
    calls += 1;
    let body = '';
    for await (const piece of request) body += piece;
    const { secret, response: token } = JSON.parse(body) as { secret: string; response: string };
    const say = (verdict: object) =>
      void response.setHeader('Content-Type', 'application/json').end(JSON.stringify(verdict));
    switch (fake.condition) {
      case 'hangs':
        return;
      case 'resets':
        return void request.socket.resetAndDestroy();
      case 'errors':
        return void response.writeHead(500).end('Internal Server Error');
      case 'garbage':
        return void response.end('<!doctype html><h1>Sorry</h1>');
      case 'internal-error':
        return say({ success: false, 'error-codes': ['internal-error'] });
      case 'works': {
        const [cdata, , ...host] = token.split('.');
        const hostname = host.join('.');
        const isFirst = secret === TURNSTILE.TURNSTILE_SECRET_KEY && !spent.has(token);
        spent.add(token);
        if (!isFirst) return say({ success: false, 'error-codes': ['timeout-or-duplicate'] });
        return say({ success: true, 'error-codes': [], hostname, action: 'peel-session', cdata });
      }
    }
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const fake: FakeSiteverify = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/siteverify`,
    condition: 'works',
    get calls() {
      return calls;
    },
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
  return fake;
}
