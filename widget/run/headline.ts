/**
 * The newest headline of a thought summary, as one line. Models write `**Headline**` before each paragraph. Without a
 * headline it is the last sentence.
 */
export function headlineOf(thoughts: string): string {
  const headlines = [...thoughts.matchAll(/\*\*(.+?)\*\*/g)];
  const last = headlines.at(-1)?.[1] ?? thoughts.trim().split(/\n+/).at(-1) ?? '';
  return last.trim();
}
