import type { Tag } from './draft.ts';

/**
 * Gives an element on the page what the snippet would give it. It touches only what differs, because a change may cost
 * the element work, and only what it has set itself: the element reflects attributes of its own.
 *
 * @param before What the last call has set.
 */
export function showTag(studio: HTMLElement, tag: Tag, before: Tag = NOTHING): void {
  const wanted = new Map(tag.attributes);
  for (const [name] of before.attributes) if (!wanted.has(name)) studio.removeAttribute(name);
  for (const [name, value] of wanted) {
    const text = value === true ? '' : value;
    if (studio.getAttribute(name) !== text) studio.setAttribute(name, text);
  }

  const declared = new Map(tag.css);
  for (const [property] of before.css) if (!declared.has(property)) studio.style.removeProperty(property);
  for (const [property, value] of declared) studio.style.setProperty(property, value);

  if (tag.ideas.join('\n') === before.ideas.join('\n')) return;
  for (const old of studio.querySelectorAll('button[slot=ideas]')) old.remove();
  for (const idea of tag.ideas) {
    const button = document.createElement('button');
    button.type = 'button';
    button.slot = 'ideas';
    button.textContent = idea;
    studio.append(button);
  }
}

const NOTHING: Tag = { attributes: [], css: [], ideas: [] };
