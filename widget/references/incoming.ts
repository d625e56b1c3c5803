/**
 * How pictures reach the element. The composer needs this at once, because a browser opens its file dialog and shows
 * the data of a drop only during the event. It imports nothing.
 */

/** What was dropped or pasted: files, or the address of a picture that was dragged from a page. */
export interface Incoming {
  files: File[];
  url?: string;
}

/** A file dialog that is open. Some browsers collect an input that is in no page before it answers. */
let open: HTMLInputElement | undefined;

/**
 * Opens the browser's file dialog. Call it in the click's own handler.
 *
 * @param capture Opens the camera on phones.
 * @returns No files if the visitor cancels.
 */
export function pickFiles({ multiple, capture }: { multiple: boolean; capture: boolean }): Promise<File[]> {
  const input = document.createElement('input');
  open = input;
  input.type = 'file';
  // Browsers ask by it which program to use. The bytes decide what a file is.
  input.accept = 'image/*';
  input.multiple = multiple;
  if (capture) input.setAttribute('capture', 'environment');
  return new Promise((resolve) => {
    const answer = () => {
      if (open === input) open = undefined;
      resolve([...(input.files ?? [])]);
    };
    input.onchange = answer;
    input.oncancel = answer;
    input.click();
  });
}

/** Whether "Take a photo" is offered: on phones and tablets. */
export const offersCamera = (): boolean => matchMedia('(pointer: coarse)').matches;

/** Reads a drop or the clipboard, which is possible only during their event. */
export function filesOf(data: DataTransfer): Incoming {
  const has = (type: string) => data.types.includes(type);
  const address = 'text/uri-list';
  // Office programs put a picture of the text beside the text. The text is meant.
  if (has('text/plain') && has('text/html') && !has(address)) return { files: [] };
  const files = [...data.files];
  if (files.length > 0 || !has(address)) return { files };
  const markup = data.getData('text/html');
  // A link has markup without a picture. A linked picture has the link as its address.
  const [, source] = /<img\b[^>]*?\ssrc\s*=\s*["']?([^"'\s>]+)/i.exec(markup) ?? [];
  const url = source?.replaceAll('&amp;', '&') ?? (markup ? undefined : firstOf(data.getData(address)));
  return { files, ...(url && { url }) };
}

/** Lines that start with `#` are comments (RFC 2483, section 5). */
const firstOf = (list: string): string | undefined => list.split(/\r?\n/).find((line) => line && !line.startsWith('#'));
