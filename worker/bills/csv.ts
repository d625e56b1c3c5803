/** Reads CSV (RFC 4180), as providers export it. */

/** A row with the number of the line on which it begins, from 1. */
export interface CsvRow {
  line: number;
  cells: string[];
  /** A quote is never closed, or text follows a closed one: several cells or lines may have been read as one. */
  isBroken?: true;
}

/** Rows of a pasted text. Blank rows are left out. */
export function parseCsv(text: string): CsvRow[] {
  const separator = separatorOf(text);
  const rows: CsvRow[] = [];
  let [line, startLine] = [1, 1];
  let cells: string[] = [];
  let cell = '';
  let [isQuoted, isClosed, isBroken] = [false, false, false];
  const endCell = (): void => {
    cells.push(cell.trim());
    cell = '';
    isClosed = false;
  };
  const endRow = (): void => {
    endCell();
    if (cells.some((each) => each !== '')) rows.push({ line: startLine, cells, ...(isBroken && { isBroken }) });
    cells = [];
    isBroken = false;
  };
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at]!;
    if (character === '\n') line += 1;
    if (isQuoted) {
      if (character !== '"') cell += character;
      else if (text[at + 1] === '"') {
        cell += '"';
        at += 1;
      } else [isQuoted, isClosed] = [false, true];
    } else if (character === '"' && cell.trim() === '' && !isClosed) {
      cell = '';
      isQuoted = true;
    } else if (character === separator) endCell();
    else if (character === '\n') {
      endRow();
      startLine = line;
    } else if (character !== '\r' && character !== '\ufeff') {
      cell += character;
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
