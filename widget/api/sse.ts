/**
 * Reads server-sent events as the HTML standard frames them: lines end in LF, CRLF or CR, an empty line ends an event,
 * a line that begins with a colon is a comment. Only `data` is kept, because Gemini sends nothing else. A bare JSON
 * object between events or after the last one is kept too: Gemini writes errors like that.
 *
 * A network chunk may end anywhere, even inside a character or between CR and LF. Lines are split only at CR and LF:
 * U+2028 is legal inside JSON.
 *
 * @param onBytes Called for every chunk, comments included, as a sign that the worker is alive.
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation
 */
export async function* readEvents(
  body: ReadableStream<Uint8Array<ArrayBuffer>>,
  onBytes: () => void = () => undefined,
): AsyncGenerator<string, void, undefined> {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  const parser = createEventParser();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return yield* parser.end();
      onBytes();
      yield* parser.read(value);
    }
  } finally {
    // A reader that stops also ends the request. A stream that has already failed rejects this, which is harmless.
    await reader.cancel().catch(() => undefined);
  }
}

export interface EventParser {
  /** Takes the next text and returns the data of the events that it completes. */
  read(text: string): string[];
  /** The bare object at the end of the stream, if any. An event without its empty line is incomplete and dropped. */
  end(): string[];
}

export function createEventParser(): EventParser {
  let line = '';
  let data: string[] = [];
  /** The lines of a bare object. No field of an event begins with a brace. */
  let bare: string[] = [];
  let afterReturn = false;

  const takeLine = () => {
    if (line.startsWith(':')) return;
    const value = dataOf(line);
    if (value !== undefined) data.push(value);
    else if (data.length === 0 && (bare.length > 0 || line.startsWith('{'))) bare.push(line);
  };
  const takeEvent = (): string[] => {
    const events = [bare, data].filter(({ length }) => length > 0).map((lines) => lines.join('\n'));
    data = [];
    bare = [];
    return events;
  };

  return {
    read(text) {
      const events: string[] = [];
      let from = 0;
      // The LF of a CRLF whose CR ended the last chunk is not a second line end.
      if (afterReturn && text.startsWith('\n')) from = 1;
      if (text !== '') afterReturn = text.endsWith('\r');

      const ends = /\r\n|\r|\n/g;
      ends.lastIndex = from;
      for (let end = ends.exec(text); end; end = ends.exec(text)) {
        line += text.slice(from, end.index);
        from = ends.lastIndex;
        if (line === '') events.push(...takeEvent());
        else takeLine();
        line = '';
      }
      line += text.slice(from);
      return events;
    },

    end() {
      if (line !== '') takeLine();
      data = [];
      return takeEvent();
    },
  };
}

function dataOf(line: string): string | undefined {
  if (line === 'data') return '';
  if (!line.startsWith('data:')) return undefined;
  return line.startsWith(' ', 5) ? line.slice(6) : line.slice(5);
}
