/** Google's `groundingMetadata` for a search that the demo only pretends to make. */
export function groundingOf(
  { web, image }: { web: boolean; image: boolean },
  instruction: string,
): Record<string, unknown> {
  const query = instruction.slice(0, 60);
  const page = { title: 'example.com', domain: 'example.com' };
  return {
    ...(web && { webSearchQueries: [query] }),
    ...(image && { imageSearchQueries: [query] }),
    groundingChunks: [
      ...(web ? [{ web: { uri: 'https://example.com/', ...page } }] : []),
      ...(image
        ? [{ image: { sourceUri: 'https://example.com/', imageUri: 'https://example.com/picture.png', ...page } }]
        : []),
    ],
    searchEntryPoint: { renderedContent: renderChip(query) },
  };
}

/** Search suggestions are HTML with their own styles; Google's have about 5 KB. */
const renderChip = (query: string): string =>
  `<style>.chip{display:inline-block;padding:6px 14px;border:1px solid #8888;border-radius:16px;font:14px sans-serif;` +
  `color:inherit;text-decoration:none}</style>` +
  `<a class="chip" href="https://www.google.com/search?q=${escapeHtml(encodeURIComponent(query))}">${escapeHtml(query)}</a>`;

const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (letter) => `&#${letter.charCodeAt(0)};`);
