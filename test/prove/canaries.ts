/** Words that must not leave by a log line, and every spelling in which they might. */

/** What must stay out, with a name for each in place of itself. */
export type Canaries = Readonly<Record<string, string>>;

/** A found canary: its name and how it was written. */
export interface Leak {
  canary: string;
  spelling: string;
}

/** Base64 of a text, without the digits that its neighbours have a part in. @param offset Bytes before it, modulo 3. */
function base64At(text: string, offset: number): string {
  const digits = Buffer.concat([Buffer.alloc(offset), Buffer.from(text)])
    .toString('base64')
    .replace(/=+$/, '');
  const own = Math.ceil((offset * 4) / 3);
  const whole = Math.floor(((offset + Buffer.byteLength(text)) * 4) / 3);
  return digits.slice(own, whole);
}

/** Shorter pieces would be found by chance. */
const MIN_PIECE = 8;

/** All spellings of a text by their names. */
function spellingsOf(text: string): Map<string, string> {
  const all: [string, string][] = [
    ['plain', text],
    ['URL-encoded', encodeURIComponent(text)],
    ['every byte URL-encoded', Buffer.from(text).toString('hex').replaceAll(/../g, '%$&')],
    ['JSON', JSON.stringify(text).slice(1, -1)],
    ['hex', Buffer.from(text).toString('hex')],
    ['backwards', [...text].reverse().join('')],
    ...[0, 1, 2].flatMap((offset): [string, string][] => {
      const digits = base64At(text, offset);
      return [
        [`base64 at ${offset}`, digits],
        [`base64url at ${offset}`, digits.replaceAll('+', '-').replaceAll('/', '_')],
      ];
    }),
  ];
  return new Map(all.filter(([, spelling]) => spelling.length >= MIN_PIECE));
}

/** Base64 tells capitals apart; for all else they are one. */
const isExact = (name: string): boolean => name.startsWith('base64');

/** @returns A search of one line, for many lines. */
export function createScan(canaries: Canaries): (line: string) => Leak[] {
  const exact: (Leak & { text: string })[] = [];
  const loose: (Leak & { text: string })[] = [];
  for (const [canary, text] of Object.entries(canaries)) {
    for (const [spelling, written] of spellingsOf(text)) {
      if (isExact(spelling)) exact.push({ canary, spelling, text: written });
      else loose.push({ canary, spelling, text: written.toLowerCase() });
    }
  }
  return (line) => {
    const low = line.toLowerCase();
    return [...exact.filter(({ text }) => line.includes(text)), ...loose.filter(({ text }) => low.includes(text))].map(
      ({ canary, spelling }) => ({ canary, spelling }),
    );
  };
}
