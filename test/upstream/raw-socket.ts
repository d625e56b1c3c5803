/**
 * An upstream on bare TCP, whose answers end as a test says. Node's `http` ends every answer correctly, and a stream
 * made in JavaScript does not lose bytes as a kernel does when a connection breaks.
 */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

export interface RawUpstream {
  /** Without a slash at the end. */
  url: string;
  /** Bodies of all requests so far, as text. */
  readonly calls: readonly string[];
  /** Breaks open connections. */
  close(): Promise<void>;
}

/** @param answer Called for each request after its whole body; may write to the socket and end it. */
export async function createRawUpstream(answer: (body: string, socket: Socket) => Promise<void>): Promise<RawUpstream> {
  const calls: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    // The client may break the connection as well.
    socket.on('error', () => undefined);
    let received = Buffer.alloc(0);
    socket.on('data', (piece) => {
      received = Buffer.concat([received, piece]);
      const body = wholeBody(received);
      if (body === undefined) return;
      received = Buffer.alloc(0);
      calls.push(body);
      answer(body, socket).catch(() => socket.destroy());
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    calls,
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

/** @returns undefined while the body is incomplete. */
function wholeBody(received: Buffer): string | undefined {
  const end = received.indexOf('\r\n\r\n');
  if (end < 0) return undefined;
  const head = received.subarray(0, end).toString('latin1');
  const body = received.subarray(end + 4);
  if (/^transfer-encoding:\s*chunked/im.test(head)) {
    return body.subarray(-5).toString('latin1') === '0\r\n\r\n' ? body.toString('utf8') : undefined;
  }
  const length = Number(/^content-length:\s*(\d+)/im.exec(head)?.[1] ?? 0);
  return body.length >= length ? body.toString('utf8') : undefined;
}

export type RawEnding = 'well' | 'no last chunk' | 'reset' | 'length 500 too long' | 'silence';

export interface RawAnswer {
  contentType: string;
  bytes: Buffer;
  ending: RawEnding;
  /** Called when the kernel has taken all bytes. */
  onSent?: () => void;
}

/** A reset discards what its peer has not read, so the peer gets this long to read. */
const READ_WITHIN_MS = 30_000;
/** Time for bytes to get from the kernel to the program. */
const HAND_OVER_MS = 50;
const CHUNK_BYTES = 16 * 1024;

/** Writes a 200 and ends it as `ending` says. */
export async function writeRaw(socket: Socket, { contentType, bytes, ending, onSent }: RawAnswer): Promise<void> {
  const isMeasured = ending === 'length 500 too long';
  const framing = isMeasured ? `Content-Length: ${bytes.length + 500}` : 'Transfer-Encoding: chunked';
  await write(socket, Buffer.from(`HTTP/1.1 200 OK\r\nContent-Type: ${contentType}\r\n${framing}\r\n\r\n`, 'latin1'));
  if (isMeasured) await write(socket, bytes);
  else {
    for (let at = 0; at < bytes.length; at += CHUNK_BYTES)
      await write(socket, chunked(bytes.subarray(at, at + CHUNK_BYTES)));
  }
  onSent?.();
  if (ending === 'silence') return;
  if (ending === 'well') await write(socket, Buffer.from('0\r\n\r\n', 'latin1'));
  if (ending !== 'reset') return void socket.end();
  await awaitRead(socket);
  socket.resetAndDestroy();
}

/** Waits until the peer, on this machine, has read all bytes from its kernel. */
export async function awaitRead({ localPort = 0, remotePort = 0 }: Socket): Promise<void> {
  const end = performance.now() + READ_WITHIN_MS;
  for (let isRead = false; !isRead && performance.now() < end; ) {
    const sockets = readFileSync('/proc/net/tcp', 'latin1');
    // The peer's socket is in the same table, with local and remote ports swapped.
    isRead =
      queuesOf(sockets, localPort, remotePort).sent === 0 && queuesOf(sockets, remotePort, localPort).received === 0;
    await sleep(HAND_OVER_MS);
  }
}

/** Bytes in a socket's two queues: sent but not acknowledged, and received but not read. */
function queuesOf(sockets: string, local: number, remote: number): { sent: number; received: number } {
  const hex = (port: number): string => port.toString(16).toUpperCase().padStart(4, '0');
  const row = new RegExp(`:${hex(local)} \\w+:${hex(remote)} \\w+ (\\w+):(\\w+)`).exec(sockets);
  const bytes = (text = '0'): number => Number.parseInt(text, 16);
  return { sent: bytes(row?.[1]), received: bytes(row?.[2]) };
}

const chunked = (bytes: Buffer): Buffer =>
  Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`, 'latin1'), bytes, Buffer.from('\r\n', 'latin1')]);

/** Resolves when the kernel has taken the bytes. */
const write = (socket: Socket, bytes: Buffer): Promise<void> =>
  new Promise((resolve, reject) => {
    socket.write(bytes, (error) => (error ? reject(error) : resolve()));
  });
