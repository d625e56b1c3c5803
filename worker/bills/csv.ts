/** Reads CSV (RFC 4180), as providers export it. */

/** A row with the number of the line on which it begins, from 1. */
export interface CsvRow {
  line: number;
  cells: string[];
  /** A quote is never closed, or text follows a closed one: several cells or lines may have been read as one. */
  isBroken?: true;
  /** A cell in it has more characters than {@link MAX_CELL}, or it has more cells than {@link MAX_CELLS}: cut to these. */
  isTooLarge?: true;
}

/** Characters of a cell, and cells of a row. A provider's longest are a few hundred, and some fifty. */
export const MAX_CELL = 2_000;
export const MAX_CELLS = 500;

/**
 * Rows of a pasted text, in time that grows with its length alone. Blank rows are left out.
 *
 * @param maxRows No row after them is read.
 */
export function parseCsv(text: string, maxRows: number): CsvRow[] {
  const separator = separatorOf(text);
  const rows: CsvRow[] = [];
  let [line, startLine] = [1, 1];
  let cells: string[] = [];
  let cell = '';
  let [isQuoted, isClosed, isBroken, isBlank, isTooLarge] = [false, false, false, true, false];
  const add = (character: string): void => {
    if (cell.length < MAX_CELL) cell += character;
    else isTooLarge = true;
  };
  const endCell = (): void => {
    if (cells.length < MAX_CELLS) cells.push(cell.trim());
    else isTooLarge = true;
    cell = '';
    [isClosed, isBlank] = [false, true];
  };
  const endRow = (): void => {
    endCell();
    if (isTooLarge || cells.some((each) => each !== '')) {
      rows.push({ line: startLine, cells, ...(isBroken && { isBroken }), ...(isTooLarge && { isTooLarge }) });
    }
    cells = [];
    [isBroken, isTooLarge] = [false, false];
  };
  for (let at = 0; at < text.length && rows.length < maxRows; at += 1) {
    const character = text[at]!;
    if (character === '\n') line += 1;
    if (isQuoted) {
      if (character !== '"') add(character);
      else if (text[at + 1] === '"') {
        add('"');
        at += 1;
      } else [isQuoted, isClosed] = [false, true];
    } else if (character === '"' && isBlank && !isClosed) {
      cell = '';
      isQuoted = true;
    } else if (character === separator) endCell();
    else if (character === '\n') {
      endRow();
      startLine = line;
    } else if (character !== '\r' && character !== '\ufeff') {
      add(character);
      isBlank &&= character.trim() === '';
      isBroken ||= isClosed && character.trim() !== '';
    }
  }
  isBroken ||= isQuoted;
  endRow();
  return rows;
}

/** The one of tab, semicolon and comma that a text has most. */
export function separatorOf(text: string): string {
  const countOf = (separator: string): number => text.split(separator).length;
  return ['\t', ';', ','].reduce((best, each) => (countOf(each) > countOf(best) ? each : best));
}
