/** The page that shows all pictures in a table: a row for each state, a column for each look. */
import type { Look } from './hosts.ts';
import type { State } from './states.ts';

export interface Shot {
  state: string;
  look: string;
  /** File name; undefined where there is none, and why. */
  file?: string;
  failed?: string;
}

const escapeHtml = (text: string): string =>
  text.replace(/[&<>"]/g, (letter) => `&#${letter.charCodeAt(0)};`).replaceAll('\n', ' ');

export function renderSheet(states: readonly State[], looks: readonly Look[], shots: readonly Shot[]): string {
  const cell = (state: State, look: Look) => {
    const shot = shots.find((each) => each.state === state.name && each.look === look.name);
    if (shot?.file) return `<td><a href="${shot.file}"><img src="${shot.file}" alt="" loading="lazy"></a></td>`;
    return `<td>${escapeHtml(shot?.failed ?? '–')}</td>`;
  };
  const width = (look: Look) => Math.round(look.width / (look.width > 500 ? 2.4 : 1.6));
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>The element in every state</title>
<style>
  body { margin: 1rem; font: 14px/1.4 system-ui, sans-serif; background: #808080; color: #000 }
  table { border-spacing: 8px }
  th { text-align: start; vertical-align: top }
  thead th { position: sticky; top: 0; background: #808080; padding: 4px 0 }
  tbody th { width: 9rem; font-weight: 400 }
  td { vertical-align: top; overflow-wrap: anywhere }
  img { display: block; width: 100%; height: auto }
</style>
<table>
  <thead><tr><th></th>${looks.map((look) => `<th style="min-width: ${width(look)}px">${look.name}</th>`).join('')}</tr></thead>
  <tbody>
${states.map((state) => `    <tr id="${state.name}"><th>${escapeHtml(state.title)}</th>${looks.map((look) => cell(state, look)).join('')}</tr>`).join('\n')}
  </tbody>
</table>
</html>
`;
}
