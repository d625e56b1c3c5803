import { afterEach, describe, expect, it } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { answerOf } from '../../../widget/admin/bills/figures.ts';
import type { DeskBillRow } from '../../../worker/desk-protocol.ts';
import { closeDesk, find, openDesk, settled, textOf } from './desk.ts';
import { BILL, NO_BILL } from './keys/answers.ts';

afterEach(closeDesk);

const ANSWERS = { 'GET /bills/2026-11': BILL };
const button = (name: string) => page.getByRole('button', { name, exact: true });
const all = (selector: string) => [...document.querySelectorAll(selector)].map(textOf);

describe('the answer', () => {
  const apart = (why: DeskBillRow['why'], micros: number) => ({
    ...BILL,
    compared: { ledgerMicros: 1e6, billMicros: 1e6 + micros },
    rows: [{ ...BILL.rows[1]!, ...(why && { why }), billPictures: 3270 }],
  });
  const { why: _, ...agreeing } = BILL.rows[1]!;
  it.each([
    [BILL, 'Eleven cents apart. One picture on the bill is not Peel’s.'],
    [apart('more_pictures', 2_000_000), '$2.00 apart. Two pictures on the bill are not Peel’s.'],
    [apart('price_differs', 10_000), 'One cent apart. A price is not as the ledger has it.'],
    [{ ...BILL, compared: { ledgerMicros: 5, billMicros: 5 }, rows: [agreeing] }, 'Ledger and bill agree to the cent.'],
    [NO_BILL, '$0.81 in November 2026, by the ledger.'],
    [{ ...NO_BILL, rows: [] }, 'Nothing was drawn in November 2026.'],
    [{ ...NO_BILL, demo: true }, '$0.81 of play money in November 2026.'],
  ])('%#', (bill, answer) => {
    expect(answerOf(bill, 'November 2026')).toBe(answer);
  });
});

describe('a month', () => {
  it('shows the ledger beside the bill, with why they differ', async () => {
    await openDesk('/bills', ANSWERS);

    const rows = all('.bills tbody tr');
    expect(rows[0]).toContain('Nano Banana 2 1K 12 $0.81 no bill –');
    expect(rows[1]).toContain('3,268 $114.95 $114.79 −$0.16 1 picture of unknown outcome counted at its hold');
    expect(rows[2]).toContain('449 bill: 450 $23.18 $23.23 +$0.05 1 picture more than the ledger asked for.');
    expect(all('.bills tfoot tr')[1]).toContain('Google 3,717 $138.13 $138.02 −$0.11');
    expect(all('.months li')).toEqual([
      'November 2026 $138.94 −$0.11',
      'October 2026 $131.07 $0.00',
      'August 2026 $71.20 no bill',
    ]);
  });

  it('has the lines that were left out of its bill', async () => {
    const [google] = BILL.bills;
    const leftOut = [{ line: 8, text: 'Tax', micros: 300_000, because: 'not_pictures' as const }];
    const bills = [{ ...google!, leftOut, leftOutMicros: 500_000, leftOutLines: 3 }];
    await openDesk('/bills', { 'GET /bills/2026-11': { ...BILL, bills } });

    await userEvent.click(page.getByText('3 lines left out, $0.50'));

    expect(all('.left-out li')).toEqual(['Tax $0.30', 'and 2 lines more']);
  });

  it('has each figure’s unit beside it on a phone, and none where there is no bill', async () => {
    await openDesk('/bills', ANSWERS, { width: 390 });

    const unitOf = (row: number) =>
      getComputedStyle(document.querySelectorAll('.bills tbody [data-unit="bill"]')[row]!, '::after').content;
    expect(unitOf(0)).not.toContain('bill');
    expect(unitOf(1)).toContain(' bill');
  });

  it('says which sites are missing', async () => {
    await openDesk('/bills/2026-11', { 'GET /bills/2026-11': NO_BILL });

    expect(textOf(find('.note'))).toContain('Gifts did not answer.');
  });

  it('that is none is not asked for', async () => {
    const { asked } = await openDesk('/bills/2026-13');

    expect(textOf(find('h1'))).toBe('No such month. Months are written as 2026-11.');
    expect(asked.some(({ call }) => call.includes('bills'))).toBe(false);
  });

  it('loses its bill after a question', async () => {
    const gone = { 'DELETE /bills/2026-11': () => new Response(null, { status: 204 }) };
    const { asked, answer } = await openDesk('/bills', { ...ANSWERS, ...gone });

    answer('GET /bills/2026-11', NO_BILL);
    await userEvent.click(button('Forget'));
    await userEvent.click(button('Forget it'));

    await expect.poll(() => asked.map(({ call }) => call)).toContain('DELETE /bills/2026-11?provider=google');
    await expect.poll(() => textOf(find('h1'))).toBe('$0.81 in November 2026, by the ledger.');
  });
});

describe('a bill', () => {
  const read = {
    ...{ provider: 'google', lines: 6, micros: 9_620_000, from: '2026-11-01', to: '2026-11-29' },
    ...{ currency: 'USD', usdPerUnit: 1, leftOutLines: 1, leftOutMicros: 300_000 },
    leftOut: [{ line: 8, text: '<img src=x onerror=alert(1)>', micros: 300_000, because: 'not_pictures' }],
  };
  const lines = () => page.getByLabelText('Lines of the bill');

  it('is shown as it was read, as text and never as HTML, before it is kept', async () => {
    const { asked } = await openDesk('/bills', {
      'GET /bills/2026-11': NO_BILL,
      'POST /bills/2026-11/read': { bills: [read], problems: [] },
      'PUT /bills/2026-11': BILL,
    });

    await userEvent.fill(lines(), 'model,amount\npro,1');
    await expect.poll(() => textOf(find('.add-bill'))).toContain('Google: Read 6 lines, 1 Nov to 29 Nov, USD: $9.62.');
    expect(textOf(find('.left-out'))).toBe('<img src=x onerror=alert(1)> $0.30');
    expect(document.querySelector('.left-out img')).toBeNull();
    await userEvent.click(button('Keep and compare'));

    await expect.poll(() => textOf(find('h1'))).toBe('Eleven cents apart. One picture on the bill is not Peel’s.');
    expect(asked.find(({ call }) => call === 'PUT /bills/2026-11')?.body).toEqual({
      ...{ csv: 'model,amount\npro,1', provider: 'google' },
    });
  });

  it('is not kept by the click that reads it', async () => {
    const { asked } = await openDesk('/bills', {
      'GET /bills/2026-11': NO_BILL,
      'POST /bills/2026-11/read': { bills: [read], problems: [] },
      'PUT /bills/2026-11': BILL,
    });
    const puts = () => asked.filter(({ call }) => call.startsWith('PUT')).length;

    find<HTMLTextAreaElement>('textarea').value = 'x';
    find('textarea').dispatchEvent(new Event('input'));
    find<HTMLFormElement>('.add-bill').requestSubmit();
    await expect.poll(() => textOf(find('.add-bill'))).toContain('Read 6 lines');
    await settled();
    expect(textOf(find('.add-bill'))).not.toContain('takes the place');
    expect(puts()).toBe(0);
    find<HTMLFormElement>('.add-bill').requestSubmit();

    await expect.poll(puts).toBe(1);
  });

  it('says before it is kept that it replaces one', async () => {
    await openDesk('/bills', { ...ANSWERS, 'POST /bills/2026-11/read': { bills: [read], problems: [] } });

    await userEvent.fill(lines(), 'x');

    await expect.poll(() => textOf(find('.add-bill'))).toContain('It takes the place of the bill that is there.');
  });

  it('that cannot be read names the line and is not kept', async () => {
    const problems = [{ line: 4, text: 'pro, 1K', rule: 'has no amount' }];
    const { asked } = await openDesk('/bills', {
      'GET /bills/2026-11': NO_BILL,
      'POST /bills/2026-11/read': { bills: [], problems },
    });

    await userEvent.fill(lines(), 'x');
    await userEvent.click(button('Read it'));

    await expect.poll(() => textOf(find('.add-bill'))).toContain('Line 4 has no amount: pro, 1K');
    expect(asked.some(({ call }) => call.startsWith('PUT'))).toBe(false);
  });

  it('in another currency asks for its rate', async () => {
    const { usdPerUnit: _, ...foreign } = { ...read, currency: 'EUR' };
    const { asked, answer } = await openDesk('/bills', {
      'GET /bills/2026-11': NO_BILL,
      'POST /bills/2026-11/read': { bills: [foreign], problems: [] },
      'PUT /bills/2026-11': BILL,
    });
    await userEvent.fill(lines(), 'x');
    await userEvent.click(button('Read it'));
    await expect.poll(() => document.activeElement?.id).toBe('bill-rate');
    expect(textOf(find('.add-bill'))).toContain('EUR: —.');
    expect(textOf(find('.left-out'))).toContain('—');

    answer('POST /bills/2026-11/read', { bills: [{ ...foreign, usdPerUnit: 1.08 }], problems: [] });
    await userEvent.fill(page.getByLabelText('Dollars for one EUR'), '1.08');
    await userEvent.click(button('Keep and compare'));

    await expect
      .poll(() => asked.find(({ call }) => call === 'PUT /bills/2026-11')?.body)
      .toEqual({ csv: 'x', provider: 'google', usdPerUnit: 1.08 });
  });

  it('is dropped as a file, unless that is no text', async () => {
    await openDesk('/bills', {
      'GET /bills/2026-11': NO_BILL,
      'POST /bills/2026-11/read': { bills: [read], problems: [] },
    });
    const drop = (file: File) => {
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(file);
      find('textarea').dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true }));
    };

    drop(new File(['PK\u0003'], 'bill.xlsx'));
    await expect.poll(() => textOf(find('.add-bill'))).toContain('This file is no text.');
    drop(new File(['model,amount\npro,1'], 'bill.csv'));

    await expect.poll(() => find<HTMLTextAreaElement>('textarea').value).toBe('model,amount\npro,1');
    await settled();
    expect(textOf(find('.add-bill'))).toContain('Read 6 lines');
  });
});
