import { render } from 'lit';
import { afterEach, expect, it } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { table } from '../../../../widget/admin/parts/table.ts';
import { settled } from '../desk.ts';

afterEach(() => document.body.replaceChildren());

const ROWS = [
  { name: 'Shop', pictures: 67 },
  { name: 'Gifts', pictures: 12 },
  { name: 'Posters', pictures: 120 },
];

it('names the unit of a figure on phones, and of a single one', async () => {
  const into = document.createElement('div');
  document.body.append(into);
  const columns = [
    { id: 'name', label: 'Site', cell: ({ name }: { name: string }) => name },
    {
      ...{ id: 'pictures', label: 'Pictures', unit: 'pictures', unitOfOne: 'picture', total: '1' },
      cell: ({ pictures }: { pictures: number }) => String(pictures),
    },
  ];
  const rows = [
    { name: 'Shop', pictures: 1 },
    { name: 'Gifts', pictures: 0 },
  ];
  render(table({ caption: 'Sites', columns, rows, keyOf: ({ name }) => name, hasTotals: true }), into);
  await settled();

  const units = [...into.querySelectorAll<HTMLElement>('td')].map(({ dataset }) => dataset.unit);
  expect(units).toEqual(['picture', 'pictures', 'picture']);
});

it('sorts by one column, says so, and comes back to its own order', async () => {
  await page.viewport(1280, 900);
  const into = document.createElement('div');
  document.body.append(into);
  const columns = [
    { id: 'name', label: 'Site', cell: ({ name }: { name: string }) => name },
    {
      ...{ id: 'pictures', label: 'Pictures', isNumber: true, total: '199' },
      sortBy: ({ pictures }: { pictures: number }) => pictures,
      cell: ({ pictures }: { pictures: number }) => pictures,
    },
  ];
  render(table({ caption: 'Sites', columns, rows: ROWS, keyOf: ({ name }) => name, hasTotals: true }), into);
  await settled();
  const names = () => [...into.querySelectorAll('tbody th')].map((cell) => cell.textContent?.trim());
  const sort = () => into.querySelector('thead th:last-child')?.getAttribute('aria-sort');
  const press = () => userEvent.click(page.getByRole('button', { name: 'Pictures' }));

  await press();
  expect([names(), sort()]).toEqual([['Posters', 'Shop', 'Gifts'], 'descending']);
  await press();
  expect([names(), sort()]).toEqual([['Gifts', 'Shop', 'Posters'], 'ascending']);
  await press();
  expect([names(), sort()]).toEqual([['Shop', 'Gifts', 'Posters'], null]);
  expect(into.querySelector('tfoot')?.textContent?.replace(/\s+/g, ' ').trim()).toBe('All 199');
});
