/** A button at each piece of code. */
import { WORDS } from './words.ts';

/** How long a button says what it did. */
const SAID_MS = 2000;

export function addCopyButtons(root: ParentNode): void {
  for (const code of root.querySelectorAll<HTMLElement>('.code')) {
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = WORDS.copy;
    button.addEventListener('click', () => copy(button, code.querySelector('code')?.textContent ?? ''));
    code.append(button);
  }
}

/** The button itself says the outcome, which is read out because it has the focus. */
async function copy(button: HTMLButtonElement, text: string): Promise<void> {
  const say = (words: string) => {
    button.textContent = words;
    setTimeout(() => {
      button.textContent = WORDS.copy;
    }, SAID_MS);
  };
  try {
    await navigator.clipboard.writeText(text);
    say(WORDS.copied);
  } catch {
    // Browsers refuse it on pages without https.
    say(WORDS.notCopied);
  }
}
