/**
 * Cuts a message into its units (skeleton.ts, `Chunk`) while it arrives, and finds the strings to lift. The end of a
 * unit depends on the bytes alone, never on how the network delivered them.
 */
import type { Form } from '../../request/target.ts';
import { createBomSkipper, type Framer, type FramerStop } from './framer.ts';
import { JsonScanner } from './json-scanner.ts';
import { LiftError, malformed } from './lift-error.ts';
import { createSseFramer } from './sse-framing.ts';

/** @param isAnswer See `ScannerOptions`. */
export const createFramer = (form: Form, isAnswer = false): Framer =>
  form === 'sse' ? createSseFramer(isAnswer) : createJsonFramer(form, isAnswer);

const isWhitespace = (byte: number) => byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;

const codesOf = (letters: string): number[] => [...letters].map((letter) => letter.charCodeAt(0));

/** Between values of an answer, beside white space. */
const PASSED_OVER: Record<'json' | 'array', { [place: string]: readonly number[] }> = {
  json: { after: codesOf('data:,[DONE]') },
  array: { between: codesOf('null') },
};

/**
 * Frames one JSON value, or with `array` the elements of a list. A provider that fails may send an object in place of
 * a list, or a list in place of an object: either is accepted as the whole message. In an answer, objects may follow
 * one another without a comma, with `null` between them, or as events after the first: none of that costs a picture.
 */
function createJsonFramer(form: 'json' | 'array', isAnswer: boolean): Framer {
  const scanner = new JsonScanner({ isAnswer });
  const isBom = createBomSkipper();
  let place: 'before' | 'value' | 'between' | 'after' = 'before';
  let inList = false;
  let elements = 0;
  let commaSeen = false;
  let stop: FramerStop = 'more';

  function scanValue(bytes: Uint8Array, from: number, to: number): number {
    const at = scanner.scan(bytes, from, to);
    if (scanner.stop === 'candidate') stop = 'candidate';
    if (scanner.stop === 'end') {
      stop = 'unit';
      place = inList ? 'between' : 'after';
      elements++;
      commaSeen = false;
    }
    return at;
  }

  /** Takes one byte outside values. @returns Whether a value begins at it. */
  function scanOutside(byte: number): boolean {
    if (place === 'before' && isBom(byte)) return false;
    if (isWhitespace(byte)) return false;
    if (place === 'before' && byte === 0x5b && form === 'array') {
      inList = true;
      place = 'between';
    } else if (place === 'before' && (byte === 0x7b || byte === 0x5b)) {
      place = 'value';
      return true;
    } else if (place === 'between' && byte === 0x2c && ((elements > 0 && !commaSeen) || isAnswer)) {
      commaSeen = true;
    } else if (place === 'between' && byte === 0x7b && (elements === 0 || commaSeen || isAnswer)) {
      place = 'value';
      return true;
    } else if (place === 'between' && byte === 0x5d && (!commaSeen || isAnswer)) {
      place = 'after';
      stop = 'unit';
    } else if (place === 'after' && byte === 0x7b && isAnswer && form === 'json') {
      place = 'value';
      return true;
    } else if (!isAnswer || !PASSED_OVER[form][place]?.includes(byte)) {
      throw malformed(place === 'after' ? 'text after the end' : 'not a JSON object or a list of them');
    }
    return false;
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
    expectRest: (isExpected) => scanner.expectRest(isExpected),
    scan(bytes, from, to) {
      stop = 'more';
      let at = from;
      while (at < to && stop === 'more') {
        if (place === 'value' || scanOutside(bytes[at] as number)) at = scanValue(bytes, at, to);
        else at++;
      }
      return at;
    },
    end() {
      if (place !== 'after') throw new LiftError('truncated', 'the JSON ended in its middle');
    },
  };
}
