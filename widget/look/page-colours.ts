import { type Colour, contrast, likelyGround, parseColour } from './contrast.ts';

export interface PageColours {
  /** The colour of text. */
  ink: Colour;
  /** What the text is on. Opaque. */
  paper: Colour;
  accent: Colour;
}

/** An accent that the owner has not chosen for us must at least be seen on the paper. */
const SEEN = 1.6;

/**
 * Reads the colours of the page around an element. Nothing of it is left behind.
 *
 * @param host With an open shadow root.
 * @param chosen The accent that the owner has chosen for the site. The page's own `--peel-accent` wins.
 */
export function readPage(host: Element, chosen = ''): PageColours {
  // The page styles the link as one of its own. A slot for it alone keeps it out of the slots that show something.
  const link = document.createElement('a');
  const slot = document.createElement('slot');
  link.href = '#';
  link.slot = slot.name = 'peel-colours';
  host.shadowRoot?.append(slot);
  host.append(link);
  const style = getComputedStyle(host);
  /** The browser converts: whatever notation a colour has, it comes out in sRGB. */
  const read = (colour: string): Colour => {
    slot.style.color = `color-mix(in srgb, ${colour}, ${colour})`;
    return parseColour(getComputedStyle(slot).color);
  };
  const ink = read('var(--peel-text, currentcolor)');
  const paper = groundOf(host, read) ?? likelyGround(ink, read('Canvas'));
  const own = style.getPropertyValue('--peel-accent') || chosen;
  const browsersLink = String(read('LinkText'));
  const guesses = [style.accentColor, getComputedStyle(link).color]
    .filter((colour) => colour !== 'auto')
    .map(read)
    // Most pages give their links their colour. The browser's own blue says nothing of a page.
    .filter((colour) => String(colour) !== browsersLink && contrast(colour, paper) >= SEEN);
  const accent = own ? read(own) : (guesses[0] ?? ink);
  link.remove();
  slot.remove();
  return { ink, paper, accent };
}

/** The first opaque background behind the host. Undefined where a picture or a gradient comes first. */
function groundOf(host: Element, read: (colour: string) => Colour): Colour | undefined {
  let at: Element | undefined = host;
  while (at) {
    const { backgroundColor, backgroundImage } = getComputedStyle(at);
    const ground = read(backgroundColor);
    if (backgroundImage !== 'none') return undefined;
    if (ground[3] === 1) return ground;
    at = at.assignedSlot ?? at.parentElement ?? (at.getRootNode() as Partial<ShadowRoot>).host;
  }
  return undefined;
}
