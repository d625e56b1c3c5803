/** Writes an answer as the script says: at once, slowly, in odd slices, cut short, or never. */
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import type { Unit } from './forms.ts';
import { type Behaviour, parseCut } from './script.ts';

export interface Reply {
  status: number;
  headers: Record<string, string>;
  units: readonly Unit[];
}

export interface Sending {
  reply: Reply;
  behaviour: Behaviour;
  acceptsGzip: boolean;
  /** Aborted when the caller is gone, so that no delay outlives its connection. */
  signal: AbortSignal;
  /** Resolves when a hold of that name is released. */
  released(name: string): Promise<void>;
  /** Called after each unit that was handed to the socket. */
  onUnit(): void;
}

const GARBAGE: Readonly<Record<string, string>> = {
  json: '{"candidates":[{"content":{"parts":[{"text":"half a tho',
  html: '<!DOCTYPE html><html><head><title>Just a moment...</title></head><body></body></html>',
  binary: '\u0000\u0001\u0002\u00ff\u00fe}{][',
};

/** Breaks the connection with a reset instead of a polite end. */
const breakConnection = (response: ServerResponse): void => {
  response.socket?.resetAndDestroy();
};

/** Sends a reply, faults and all. Resolves when there is nothing left to write; a caller who left ends it quietly. */
export async function send(response: ServerResponse, sending: Sending): Promise<void> {
  try {
    await sendReply(response, sending);
  } catch (error) {
    if (!sending.signal.aborted) throw error;
  }
}

async function sendReply(
  response: ServerResponse,
  { reply, behaviour, acceptsGzip, signal, released, onUnit }: Sending,
): Promise<void> {
  if (behaviour.hang) return;
  if (behaviour.hold !== undefined) await released(behaviour.hold);
  if (behaviour.delay) await sleep(behaviour.delay, undefined, { signal });
  if (behaviour.reset === 'headers') return breakConnection(response);
  if (behaviour.redirect) return void response.writeHead(307, { Location: behaviour.redirect }).end();

  const headers = { ...reply.headers };
  let units = reply.units;
  if (behaviour.garbage !== undefined)
    units = [[Buffer.from(GARBAGE[behaviour.garbage] ?? behaviour.garbage, 'latin1')]];
  if (behaviour.gzip && acceptsGzip) {
    units = [[gzipSync(Buffer.concat(units.flat()), { level: 1 })]];
    headers['Content-Encoding'] = 'gzip';
  }
  if (behaviour.contentType === 'none') delete headers['Content-Type'];
  else if (behaviour.contentType !== undefined) headers['Content-Type'] = behaviour.contentType;
  const total = units.reduce((sum, unit) => sum + sizeOf(unit), 0);
  if (behaviour.length) headers['Content-Length'] = String(total);
  response.writeHead(reply.status, headers);
  if (behaviour.bodyDelay) {
    response.flushHeaders();
    await sleep(behaviour.bodyDelay, undefined, { signal });
  }

  const cut = behaviour.reset ?? behaviour.truncate;
  const writer = new Writer(response, behaviour, cut === undefined ? total : parseCut(cut, total), signal);
  for (const [i, unit] of units.entries()) {
    if (i > 0 && behaviour.eventHold !== undefined) await released(behaviour.eventHold);
    if (i > 0 && behaviour.eventDelay) await sleep(behaviour.eventDelay, undefined, { signal });
    await writer.write(unit);
    onUnit();
    if (writer.done) break;
  }
  if (behaviour.reset !== undefined) {
    // Flush first: otherwise a reset would discard an unknown share of the written bytes.
    await writer.flush();
    return breakConnection(response);
  }
  // Under `Content-Length` a polite end is a bare FIN; without it, the last chunk.
  if (behaviour.truncate !== undefined && behaviour.length) {
    await writer.flush();
    response.socket?.end();
    return;
  }
  response.end();
}

const sizeOf = (unit: Unit): number => unit.reduce((sum, piece) => sum + piece.length, 0);

/** Drip writes ten times a second. */
const DRIP_MS = 100;

class Writer {
  readonly #response: ServerResponse;
  readonly #behaviour: Behaviour;
  readonly #signal: AbortSignal;
  #left: number;
  /** Bytes a drip may still write in this tick. */
  #allowance = 1;

  constructor(response: ServerResponse, behaviour: Behaviour, bytes: number, signal: AbortSignal) {
    this.#response = response;
    this.#behaviour = behaviour;
    this.#signal = signal;
    this.#left = bytes;
  }

  get done(): boolean {
    return this.#left <= 0;
  }

  async write(unit: Unit): Promise<void> {
    const { drip, slice } = this.#behaviour;
    if (!drip && !slice) return this.#writeAtOnce(unit);
    for (const piece of unit) {
      for (let at = 0; at < piece.length && !this.done; ) {
        const step = Math.min(slice ?? piece.length, drip ? Math.ceil(this.#allowance) : piece.length, this.#left);
        const written = piece.subarray(at, at + step);
        const kept = this.#response.write(written);
        at += written.length;
        this.#left -= written.length;
        if (drip) await this.#spend(written.length, (drip * DRIP_MS) / 1000);
        else if (!kept) await once(this.#response, 'drain', { signal: this.#signal });
      }
    }
  }

  /** Writes the pieces of a unit as one: a small answer is then one TCP segment instead of five. */
  #writeAtOnce(unit: Unit): void {
    this.#response.cork();
    for (const piece of unit) {
      const whole = piece.subarray(0, this.#left);
      this.#left -= whole.length;
      if (whole.length > 0) this.#response.write(whole);
    }
    this.#response.uncork();
  }

  /** Waits for the next tenth of a second once this one's bytes are spent. */
  async #spend(bytes: number, perTick: number): Promise<void> {
    this.#allowance -= bytes;
    while (this.#allowance < 1) {
      await sleep(DRIP_MS, undefined, { signal: this.#signal });
      this.#allowance += perTick;
    }
  }

  async flush(): Promise<void> {
    const { socket } = this.#response;
    while (socket && !socket.destroyed && (socket.writableLength > 0 || this.#response.writableLength > 0)) {
      await once(socket, 'drain', { signal: this.#signal });
    }
  }
}
