/**
 * Cuts a stream of server-sent events into units. Lines end only with CRLF, LF or CR (U+2028 is a letter of the JSON);
 * an event ends with a blank line. A provider that fails in the middle may write a bare JSON object without `data:`,
 * over several lines: this is a unit of its own.
 *
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream
 */
import { createBomSkipper, type Framer, type FramerStop } from './framer.ts';
import { JsonScanner } from './json-scanner.ts';
import { LiftError, malformed } from './lift-error.ts';

const LF = 0x0a;
const CR = 0x0d;
const LIST = Uint8Array.of(0x5b);
const DATA = [...'data:'].map((letter) => letter.charCodeAt(0));

type Place =
  /** At a line's first byte. */
  | 'line'
  /** In a field name that may become `data:`. */
  | 'name'
  /** After `data:`, before the JSON begins or continues. */
  | 'payload'
  /** After a bracket: a list of messages, or a marker such as `[DONE]`. */
  | 'list'
  | 'json'
  /** A bare JSON object: line ends mean nothing. */
  | 'bare'
  /** After the JSON of a line. */
  | 'rest'
  /** A comment, another field, or data that is not JSON, such as `[DONE]`. */
  | 'skip'
  /** After the CR of a blank line in a stream of CRLFs: the event ends with the LF that follows. */
  | 'blank';

/** @param isAnswer See `ScannerOptions`; it also lets `data:` begin an event right after the JSON of the last one. */
export function createSseFramer(isAnswer = false): Framer {
  const data = new JsonScanner({ stopsAtLines: true, isAnswer });
  const bare = new JsonScanner({ isAnswer });
  const isBom = createBomSkipper();
  let scanner = data;
  let place: Place = 'line';
  let matched = 0;
  /** The event has its JSON. */
  let complete = false;
  let stop: FramerStop = 'more';
  let afterCr = false;
  /** The last line that was not blank ended with CRLF. */
  let usesCrlf = false;
  let isBlank = true;
  let isFirst = true;
  let hasJson = false;

  function endUnit(): void {
    stop = 'unit';
    complete = false;
    place = 'line';
    isBlank = true;
  }

  function endLine(byte: number): void {
    afterCr = byte === CR;
    if (!isBlank) {
      usesCrlf = false;
      isBlank = true;
      place = 'line';
    } else if (data.isOpen) {
      throw malformed('an event that ends inside its JSON');
    } else if (byte === CR && usesCrlf) {
      afterCr = false;
      place = 'blank';
    } else {
      endUnit();
    }
  }

  function scanJson(bytes: Uint8Array, from: number, to: number): number {
    const at = scanner.scan(bytes, from, to);
    if (scanner.stop === 'candidate') stop = 'candidate';
    if (scanner.stop === 'line') place = 'rest';
    if (scanner.stop === 'end') hasJson = true;
    if (scanner.stop === 'end' && place === 'bare') {
      endUnit();
      place = 'rest';
      isBlank = false;
    } else if (scanner.stop === 'end') {
      complete = true;
      place = 'rest';
    }
    return at;
  }

  function scanByte(byte: number): void {
    if (isFirst && isBom(byte)) return;
    isFirst = false;
    if (byte === LF && afterCr) {
      // The LF of a CRLF: its CR has already ended the line.
      afterCr = false;
      usesCrlf = true;
      return;
    }
    afterCr = false;
    if (byte === LF || byte === CR) {
      endLine(byte);
      return;
    }
    if (place === 'line') {
      isBlank = false;
      place = 'name';
      matched = 0;
    }
    if (place === 'name') scanName(byte);
    else if (place === 'payload') scanPayload(byte);
    else if (place === 'list') scanList(byte);
    else if (place === 'rest' && byte !== 0x20 && byte !== 0x09) throw malformed('text after the JSON of a line');
  }

  function scanName(byte: number): void {
    if (matched === 0 && (byte === 0x7b || byte === 0x5b) && !data.isOpen && !complete) {
      scanner = bare;
      place = 'bare';
    } else if (byte === 0x3c) {
      throw malformed('HTML where an event was expected');
    } else if (byte !== DATA[matched]) {
      place = 'skip';
    } else if (++matched === DATA.length) {
      place = 'payload';
    }
  }

  function scanList(byte: number): void {
    if (byte === 0x20 || byte === 0x09) return;
    place = byte === 0x7b ? 'json' : 'skip';
    if (place === 'skip') return;
    scanner = data;
    data.scan(LIST, 0, 1);
  }

  function scanPayload(byte: number): void {
    if (data.isOpen) {
      scanner = data;
      place = 'json';
    } else if (byte === 0x7b && !complete) {
      scanner = data;
      place = 'json';
    } else if (byte !== 0x20 && byte !== 0x09) {
      if (complete) throw malformed('two values in one event');
      place = byte === 0x5b && isAnswer ? 'list' : 'skip';
    }
  }

  return {
    get stop() {
      return stop;
    },
    get candidate() {
      return scanner.candidate;
    },
    get reasons() {
      return scanner.reasons;
    },
    resumeInString: (afterBackslash, kept) => scanner.resumeInString(afterBackslash, kept),
    expectRest(isExpected) {
      for (const one of [data, bare]) one.expectRest(isExpected);
    },
    scan(bytes, from, to) {
      stop = 'more';
      let at = from;
      while (at < to && stop === 'more') {
        if (place === 'blank') {
          if (bytes[at] === LF) at++;
          endUnit();
          continue;
        }
        if (isAnswer && complete && place === 'line' && bytes[at] === DATA[0]) {
          // Some relays omit the blank line. Two values in one event would be malformed, so a new event begins.
          endUnit();
          continue;
        }
        const inJson = place === 'json' || place === 'bare';
        if (!inJson) scanByte(bytes[at] as number);
        // The scanner also needs the bracket that began the JSON.
        if (place === 'json' || place === 'bare') at = scanJson(bytes, at, to);
        else at++;
      }
      return at;
    },
    end() {
      const cutField = place === 'name' || place === 'payload' || place === 'list';
      if (cutField || data.isOpen || bare.isOpen) throw new LiftError('truncated', 'the stream ended inside an event');
      if (!hasJson) throw new LiftError('truncated', 'the stream ended without an event');
    },
  };
}
