/** What a script adds to a page of the documentation: search, and copying of code. Everything can be read without it. */
import { addCopyButtons } from './copy.ts';
import { createSearchField } from './search-field.ts';

addCopyButtons(document);

const place = document.querySelector<HTMLElement>('.search');
if (place) {
  place.append(createSearchField());
  place.hidden = false;
}
