/** The public suffixes as an asset (`worker/sites/public-suffixes.ts`), from the copy of the list in the package `psl`. */
import type { Plugin } from 'vite';

/** @returns The rules, one a line, hosts as browsers write them. The section of private names is part of them. */
export async function listPublicSuffixes(): Promise<string> {
  // The package exports its functions and not its rules.
  const { href } = new URL('../data/rules.js', import.meta.resolve('psl'));
  const { default: rules } = (await import(href)) as { default: readonly string[] };
  return rules.map(toAscii).join('\n');
}

/** Keeps the marks of the list's format, `!` and `*.`, which are no part of a host. */
function toAscii(rule: string): string {
  const [, marks = '', host = ''] = /^(!|\*\.)?(.*)$/.exec(rule) ?? [];
  return `${marks}${new URL(`https://${host}`).hostname}`;
}

export const publicSuffixes = (): Plugin => ({
  name: 'public-suffixes',
  apply: 'build',
  async generateBundle() {
    this.emitFile({ type: 'asset', fileName: 'public-suffixes.txt', source: await listPublicSuffixes() });
  },
});
