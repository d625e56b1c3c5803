import { afterEach, describe, expect, it, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { closeDesk, find, NEVER, openDesk, refusal, settled, textOf } from './desk.ts';
import { EMPTY, NOW, OVERVIEW, SERIES } from './figures.ts';

afterEach(closeDesk);

const all = (selector: string) => [...document.querySelectorAll(selector)].map(textOf);

describe('the overview', () => {
  it('tells today’s spend, what is left and what to do next in its text alone', async () => {
    await openDesk();
    const text = textOf(find('#content'));

    expect(text).toContain('Every cap holds. Three things need a look.');
    expect(text).toContain('$5.36 of $20.00');
    expect(text).toContain('Held for 3 pictures $0.47');
    expect(text).toContain('By midnight about $7.40');
    expect(text).toContain('starts anew in 6 h 12 min');
    expect(text).toContain('Shop reaches its $4.00 at about 20:10 UTC');
  });

  it('asks whose a refused page is, until that page is let in', async () => {
    const page = 'https://tidewater-prints.example';
    const admitted = { origin: page, count: 1, lastAt: NOW - 60_000 };
    const sites = OVERVIEW.sites.map((site) => ({ ...site, origins: [admitted] }));
    await openDesk();
    expect(textOf(find('#content'))).toContain(`${page} asked 6 times. Yours?`);
    closeDesk();

    await openDesk('', { 'GET /overview': { ...OVERVIEW, sites } });

    expect(textOf(find('#content'))).not.toContain(page);
  });

  it('shows a deleted picture as deleted, and asks for none of its bytes', async () => {
    const [first, ...others] = OVERVIEW.pictures;
    await openDesk('', {
      'GET /overview': { ...OVERVIEW, pictures: [{ ...first!, deletedAt: NOW - 60_000 }, ...others] },
    });

    expect(all('.last li')[0]).toBe('Deleted 17:47');
    expect(document.querySelectorAll('.last img')).toHaveLength(5);
  });

  it('has five figures, each a link', async () => {
    await openDesk();

    expect(all('.figures li')).toEqual([
      'Pictures made 133 usual Sunday by now: 118',
      'Answered free 34 % 61 kept, 9 joined a run · saved ≈ $2.82',
      'Refused 35 none was charged · counted within a minute',
      'Wait for a new one 17.8 s 89 % within 30 s',
      'Unknown outcome 1 $0.16 counted as spent',
    ]);
    expect(document.querySelectorAll('.figures a[href]')).toHaveLength(5);
  });

  it('has the sites, the nearest to its cap first, with their clients; rows and total agree', async () => {
    await openDesk();

    expect(all('.sites-today tbody th')).toEqual(['Shop', 'newsletter client', 'Poster maker', 'Gifts']);
    expect(all('.sites-today tbody tr:first-child td')).toContain('84 % of cap');
    expect(textOf(find('.sites-today tfoot'))).toBe('All $5.36 of $20.00 133 34 % 35 17.8 s');
    const spent = OVERVIEW.sites.reduce((sum, { day }) => sum + day.spentMicros, 0);
    expect(spent).toBe(OVERVIEW.today.spentMicros);
  });

  it('has a deleted site with its money, last, and nothing to do about it', async () => {
    const sites = OVERVIEW.sites.map((site) =>
      site.site === 'shop'
        ? {
            ...site,
            state: 'deleted' as const,
            day: { ...site.day, capMicros: 0 },
            month: { ...site.month, capMicros: 0 },
          }
        : site,
    );
    await openDesk('', { 'GET /overview': { ...OVERVIEW, clients: [], sites } });

    const row = [...document.querySelectorAll('.sites-today tbody tr')].at(-1) as Element;
    expect(textOf(row)).toMatch(/^Shop \$3\.\d\d .* Deleted$/);
    expect(row.querySelectorAll('a, button')).toHaveLength(0);
  });

  it('pauses a site at its row', async () => {
    const { asked } = await openDesk();

    await userEvent.click(page.getByRole('button', { name: 'Pause Poster maker' }));

    await expect.poll(() => textOf(find('desk-toasts'))).toContain('Poster maker is paused.');
    expect(asked.find(({ call }) => call === 'POST /pause')?.body).toEqual({
      scope: 'site',
      site: 'poster-maker',
      paused: true,
    });
    await expect.poll(() => asked.filter(({ call }) => call === 'GET /overview').length).toBe(2);
  });

  it('says why things were refused, with the code, and offers a page that asked', async () => {
    await openDesk();
    const text = all('.bars li');

    expect(text[0]).toContain('Too fast 14 Too many pictures a minute. The visitor saw a countdown. VISITOR_MINUTE');
    expect(text[2]).toContain('https://tidewater-prints.example asked 6 times. Yours? ORIGIN_DENIED');
  });

  it('says how many requests met an error, with a way to the days', async () => {
    await openDesk('', { 'GET /overview': { ...OVERVIEW, failed: 7 } });

    const panel = textOf(find('#content'));
    expect(panel).toContain('7 requests met an error of a provider or of Peel besides. Errors by day');
    await userEvent.click(page.getByRole('link', { name: 'Errors by day' }));

    await expect.poll(() => textOf(find('.days h2'))).toBe('Errors of providers and of Peel by day, last 30 days');
    expect(textOf(find('.days'))).toContain('Provider not available');
  });

  it('tells by its words that the ruler’s time is no alarm’s, and a month’s by the day', async () => {
    const reachedAt = NOW + 3_600_000;
    const at = new Date(reachedAt).toISOString().slice(11, 16);
    await openDesk('', {
      'GET /overview': {
        ...OVERVIEW,
        ...{ today: { ...OVERVIEW.today, reachedAt }, month: { ...OVERVIEW.month, reachedAt } },
      },
    });

    const [day, month] = all('.ruler .legend');
    expect(day).toContain(`By recent hours and weekdays, at the cap at about ${at} UTC`);
    expect(month).toContain('By recent hours and weekdays, at the cap on about 29 November');
  });

  it('says what is held, and when it comes back', async () => {
    await openDesk();

    expect(textOf(find('#content'))).toContain(
      '3 pictures are being made, about $0.16 held for each; the oldest for 14 s. What is not used goes back when it is done, at the latest in 4 min 46 s.',
    );
  });

  it('names the ledgers whose figures are in no sum', async () => {
    await openDesk('', { 'GET /overview': { ...OVERVIEW, unread: ['gifts'] } });

    expect(textOf(find('.sites-today .note'))).toBe(
      'The ledger of Gifts does not answer. Its figures are in none of these sums.',
    );
  });

  it('has five alarms, and the others on asking', async () => {
    const alarms = Array.from({ length: 8 }, (_, at) => ({ ...OVERVIEW.alarms[0]!, id: `a${at}` }));
    await openDesk('', { 'GET /overview': { ...OVERVIEW, alarms } });
    expect(document.querySelectorAll('.alarm')).toHaveLength(5);

    await userEvent.click(page.getByRole('button', { name: 'and 3 more' }));

    expect(document.querySelectorAll('.alarm')).toHaveLength(8);
  });

  it('has both rulers on the first screen of a phone, and opens an alarm on a tap', async () => {
    await openDesk('', {}, { width: 390 });
    expect(find('.money + .money .ruler svg').getBoundingClientRect().bottom).toBeLessThan(844);
    expect(find('.alarm-acts').checkVisibility()).toBe(false);

    await userEvent.click(find('.fold summary'));

    expect(find('.alarm-acts').checkVisibility()).toBe(true);
  });

  it('says that a new alarm rings, once', async () => {
    const { answer } = await openDesk('', { 'GET /overview': { ...OVERVIEW, alarms: [] } });
    answer('GET /overview', { ...OVERVIEW, alarms: OVERVIEW.alarms.slice(2) });
    await userEvent.click(page.getByRole('button', { name: 'Pause Shop' }));

    await expect
      .poll(() => all('[role=status]'))
      .toContain('A picture was reported at 16:59. It is still at its address until you decide.');
  });
});

describe('while figures do not come', () => {
  it('has its frame and headings, and says that it asks after four seconds', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const opening = openDesk('', { 'GET /overview': NEVER, 'GET /series': NEVER });
    await vi.advanceTimersByTimeAsync(3900);
    await opening;
    expect(textOf(find('#content'))).not.toContain('Still asking');
    expect(textOf(find('.money .sum'))).toBe('—');
    expect(all('#content h2')).toContain('Money held now');

    await vi.advanceTimersByTimeAsync(4000);

    await settled();
    expect(textOf(find('#content'))).toContain('Still asking the ledger');
  });

  it('says why, with another try, and one panel’s failure leaves the others', async () => {
    const broken = () => refusal(503, 'UPSTREAM_UNAVAILABLE', 'The ledger does not answer.');
    const { answer } = await openDesk('', { 'GET /series': broken });
    await expect.poll(() => textOf(find('.days'))).toContain('The days could not be read. The ledger does not answer.');
    expect(textOf(find('.money .sum'))).toContain('$5.36');
    answer('GET /series', SERIES);

    await userEvent.click(page.getByRole('button', { name: 'Try again' }));

    await expect.poll(() => document.querySelector('.columns')).not.toBe(null);
  });

  it('an empty day has rulers at nothing and no panel that boasts of it', async () => {
    await openDesk('', { 'GET /overview': EMPTY, 'GET /series': { site: null, unread: [], days: [] } });
    const text = textOf(find('#content'));

    expect(text).toContain('No picture yet today.');
    expect(text).toContain('Your pages: https://tidewater.example, last seen 09:12 UTC.');
    expect(text).toContain('Nothing was refused today.');
    expect(document.querySelector('.alarms')).toBe(null);
  });
});

describe('the days', () => {
  it('are a picture with a name; arrows go from day to day and say each', async () => {
    await openDesk();
    const chart = find<SVGSVGElement>('.columns');
    expect(chart.getAttribute('role')).toBe('img');
    expect(chart.getAttribute('aria-label')).toMatch(
      /^Spent by day, last 30 days, 31 October to 29 November\. Highest: /,
    );
    // The pointer may stand on a day.
    await userEvent.hover(find('h1'));
    chart.focus();

    await userEvent.keyboard('{ArrowLeft}{ArrowLeft}');

    await expect
      .poll(() => textOf(find('desk-columns [role=status]')))
      .toMatch(/^28 November: \$.*Nano Banana 2\.1 \$/);
    expect(textOf(find('desk-columns .said'))).toMatch(/^28 November: /);
  });

  it('have a table whose sums are the columns’', async () => {
    await openDesk();

    await userEvent.click(page.getByRole('button', { name: 'Show the table' }));

    await expect.poll(() => document.querySelectorAll('.days tbody tr').length).toBe(30);
    const sum = SERIES.days.reduce((all, { spentMicros }) => all + spentMicros, 0);
    expect(textOf(find('.days tfoot td:last-child'))).toBe(`$${(sum / 1e6).toFixed(2)}`);
  });

  it('are split as the address says', async () => {
    await openDesk('?show=pictures&by=site');

    expect(textOf(find('.days h2'))).toBe('Pictures by day, last 30 days');
    expect(all('.days .legend li')).toEqual(['Shop']);
    expect(find<HTMLSelectElement>('.days select').value).toBe('site');
  });

  it('come as the API’s file, and what it has no file for as the chart has it', async () => {
    await openDesk('?by=site');
    expect(find('.days .under a').getAttribute('href')).toBe('/peel/admin/api/series?days=30&format=csv');
    const texts: Promise<string>[] = [];
    vi.spyOn(URL, 'createObjectURL').mockImplementation((blob) => {
      texts.push((blob as Blob).text());
      return 'blob:none';
    });

    await openDesk('?show=errors');
    await userEvent.click(page.getByRole('button', { name: 'CSV' }));

    const lines = (await texts[0])?.split('\r\n') ?? [];
    expect(lines.slice(0, 3)).toEqual(['day,UPSTREAM_UNAVAILABLE', '2026-10-31,0', '2026-11-01,1']);
    vi.restoreAllMocks();
  });

  it('come anew once the figures have changed, and not more often than every half minute', async () => {
    const { asked, answer } = await openDesk();
    const reads = () => asked.filter(({ call }) => call.startsWith('GET /series')).length;
    answer('GET /overview', { ...OVERVIEW, refused: 36 });
    await userEvent.click(page.getByRole('button', { name: 'Pause Shop' }));
    await expect.poll(() => textOf(find('.figures'))).toContain('36');
    expect(reads()).toBe(1);
    vi.setSystemTime(NOW + 31_000);
    answer('GET /overview', { ...OVERVIEW, refused: 37 });
    await userEvent.click(page.getByRole('button', { name: 'Pause Shop' }));

    await expect.poll(reads).toBe(2);
  });
});
