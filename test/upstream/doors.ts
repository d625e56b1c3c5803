/**
 * More addresses of the same upstream, to be shut in the middle of a load: what knocks after that is refused by the
 * system, as by a host that is gone.
 */
import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export class Doors {
  readonly #listener: RequestListener;
  readonly #open = new Map<string, Server>();

  constructor(listener: RequestListener) {
    this.#listener = listener;
  }

  /** @param port 0 takes a free one. @returns Its URL, such as `http://127.0.0.1:41234`. */
  async open(port = 0): Promise<string> {
    const server = createServer(this.#listener);
    server.keepAliveTimeout = 60_000;
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    this.#open.set(url, server);
    return url;
  }

  /** @param cut Breaks what is under way, too; without it, whoever is inside gets its answer. */
  async shut(url: string, cut: boolean): Promise<void> {
    const server = this.#open.get(url);
    if (!server) throw new Error(`no door is open at ${url}`);
    this.#open.delete(url);
    const closed = once(server, 'close');
    server.close();
    if (cut) server.closeAllConnections();
    else server.closeIdleConnections();
    if (cut) await closed;
  }

  async shutAll(): Promise<void> {
    await Promise.all([...this.#open.keys()].map((url) => this.shut(url, true)));
  }
}
