/** Lists the repository's files and reads their comments, Markdown headings and tables. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { anchorOf } from '../../scripts/build/docs/anchors.ts';

export const ROOT = join(import.meta.dirname, '../..');

/** Generated and third-party files. */
const LEFT_OUT = /(^|\/)(node_modules|dist|\.git|\.wrangler|\.peel|\.made|results|worker-configuration\.d\.ts)(\/|$)/;

/** Paths from the root, with `/`. */
export const FILES: readonly string[] = walk(ROOT);

function walk(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    const name = relative(ROOT, path).replaceAll('\\', '/');
    if (LEFT_OUT.test(name)) return [];
    return entry.isDirectory() ? walk(path) : [name];
  });
}

export const read = (name: string): string => readFileSync(join(ROOT, name), 'utf8');
export const exists = (name: string): boolean => existsSync(join(ROOT, name));

/** A line of text and where it stands. */
export interface Line {
  file: string;
  number: number;
  text: string;
}

export const linesOf = (file: string, text = read(file)): Line[] =>
  text.split('\n').map((line, at) => ({ file, number: at + 1, text: line }));

/** The comments of a TypeScript file, line by line; code is blanked. Strings that look like comments count as such. */
export function commentsOf(file: string): Line[] {
  const text = read(file);
  const kept = text.replaceAll(/\/\*[\s\S]*?\*\/|(?<![:'"`\w])\/\/[^\n]*|[^\n]/g, (match) =>
    match.startsWith('/*') || match.startsWith('//') ? match : ' ',
  );
  return linesOf(file, kept).filter(({ text: line }) => line.trim() !== '');
}

/** A TypeScript file without its comments. */
export const codeOf = (file: string): string => read(file).replaceAll(/\/\*[\s\S]*?\*\/|(?<![:'"`\w])\/\/[^\n]*/g, '');

export const anchorsOf = (page: string): string[] =>
  [...read(page).matchAll(/^#{1,6} +(.+)$/gm)].map(([, heading = '']) => anchorOf(heading));

/** Rows of the first table under a heading, cells trimmed, without head and rule. */
export function tableUnder(page: string, heading: string): string[][] {
  const [, section = ''] = read(page).split(new RegExp(`^#{2,3} ${heading}$`, 'm'));
  const table = /(?:^\|.*\n)+/m.exec(section)?.[0] ?? '';
  return table.trim().split('\n').slice(2).map(cellsOf);
}

const cellsOf = (row: string): string[] =>
  row
    .slice(1, -1)
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim());

/** All texts in backquotes. */
export const quoted = (text: string): string[] => [...text.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name);
