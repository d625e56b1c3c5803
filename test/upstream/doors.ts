/**
 * Opens more addresses of the same upstream, which a test shuts under load. The system refuses later connections, as
 * for a host that is gone.
 */
import { once } from 'node:events';
import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

interface Door {
  server: Server;
  inside: Set<ServerResponse>;
}

export class Doors {
  readonly #listener: RequestListener;
  readonly #open = new Map<string, Door>();

  constructor(listener: RequestListener) {
    this.#listener = listener;
  }

  /** @param port 0 takes a free one. @returns Its URL, such as `http://127.0.0.1:41234`. */
  async open(port = 0): Promise<string> {
    const inside = new Set<ServerResponse>();
    const server = createServer((request, response) => {
      // A shut door does not answer on kept-alive connections either.
      if (!server.listening) return void request.socket.destroy();
      inside.add(response);
      response.on('close', () => inside.delete(response));
      this.#listener(request, response);
    });
    server.keepAliveTimeout = 60_000;
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    this.#open.set(url, { server, inside });
    return url;
  }

  /** @param cut Also breaks requests in progress; without it they get their answers. */
  async shut(url: string, cut: boolean): Promise<void> {
    const door = this.#open.get(url);
    if (!door) throw new Error(`no door is open at ${url}`);
    this.#open.delete(url);
    const { server, inside } = door;
    for (const response of inside) if (!response.headersSent) response.setHeader('Connection', 'close');
    const closed = once(server, 'close');
    server.close();
    if (!cut) return;
    server.closeAllConnections();
    await closed;
  }

  async shutAll(): Promise<void> {
    await Promise.all([...this.#open.keys()].map((url) => this.shut(url, true)));
  }
}
