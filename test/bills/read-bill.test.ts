import { describe, expect, it } from 'vitest';
import { type BillOptions, readBill } from '../../worker/bills/read-bill.ts';
import { SEED_CATALOG } from '../../worker/catalog/seed.ts';

const OPTIONS: BillOptions = { catalog: SEED_CATALOG, month: '2026-11', provider: 'google' };
const read = (csv: string, options: Partial<BillOptions> = {}) => readBill(csv, { ...OPTIONS, ...options });

const GENERIC = `provider,model,size,pictures,amount
google,gemini-3-pro-image,1K,70,9.62
google,gemini-3-pro-image,4K,12,2.92
apiyi,Nano Banana 2,1K,12,0.81`;

/** As Google Cloud's cost table is exported, with the lines that are put before it. */
const GOOGLE = `Invoice number,5512345678
Currency,USD
Service description,SKU description,SKU ID,Usage start date,Usage end date,Usage amount,Usage unit,Unrounded cost ($),Cost ($)
Gemini API,Generate content output image token count for Gemini 3 Pro Image,1A,2026-11-01,2026-11-29,91840,count,9.6200004,9.62
Gemini API,Generate content input token count for Gemini 3 Pro Image,1B,2026-11-01,2026-11-29,4000,count,0.008,0.01
Cloud Storage,Standard Storage US,2A,2026-11-01,2026-11-29,5,gibibyte month,0.1,0.10
Gemini API,Generate content output image token count for Gemini 3 Pro Image,1A,2026-10-31,2026-10-31,1120,count,0.13,0.13
Subtotal,,,,,,,9.858,9.86`;

describe('a bill', () => {
  it('of several providers is one for each', () => {
    const { bills, problems } = read(GENERIC);

    expect(problems).toEqual([]);
    expect(bills).toMatchObject([
      {
        ...{ provider: 'google', lines: 2, micros: 12_540_000, currency: 'USD', leftOutLines: 0 },
        sums: [
          { model: 'gemini-3-pro-image', size: '1K', pictures: 70, micros: 9_620_000, lines: 1, centLines: 1 },
          { model: 'gemini-3-pro-image', size: '4K', pictures: 12, micros: 2_920_000, lines: 1, centLines: 1 },
        ],
      },
      { provider: 'apiyi', sums: [{ model: 'gemini-3.1-flash-image', size: '1K', pictures: 12, micros: 810_000 }] },
    ]);
  });

  it('of Google counts tokens and no pictures, and what is not of this month’s pictures is left out', () => {
    const { bills, problems } = read(GOOGLE);

    expect(problems).toEqual([]);
    expect(bills).toEqual([
      {
        ...{ provider: 'google', currency: 'USD', usdPerUnit: 1, lines: 2, micros: 9_628_000 },
        ...{ from: '2026-11-01', to: '2026-11-29' },
        sums: [{ model: 'gemini-3-pro-image', size: '', micros: 9_628_000, lines: 2, centLines: 1 }],
        ...{ leftOutMicros: 230_000, leftOutLines: 2 },
        leftOut: [
          { line: 6, text: 'Standard Storage US', micros: 100_000, because: 'not_pictures' },
          { line: 7, text: expect.stringContaining('Pro Image'), micros: 130_000, because: 'other_month' },
        ],
      },
    ]);
  });

  it('in another currency waits for its rate', () => {
    const csv = 'Model,Images,Cost (EUR)\nNano Banana Pro,10,1.00';

    expect(read(csv).bills[0]).not.toHaveProperty('usdPerUnit');
    expect(read(csv).bills[0]).toMatchObject({ currency: 'EUR' });
    expect(read(csv, { usdPerUnit: 1.1 }).bills[0]).toMatchObject({ usdPerUnit: 1.1, micros: 1_100_000 });
  });

  it('in the currency that its amounts name waits for its rate too', () => {
    const { bills, problems } = read('model,amount\ngemini-3-pro-image,"€5,36"');

    expect(problems).toEqual([]);
    expect(bills).toMatchObject([{ currency: 'EUR' }]);
    expect(bills[0]).not.toHaveProperty('usdPerUnit');
    expect(read('model,amount\ngemini-3-pro-image,GBP 5.36').bills).toMatchObject([{ currency: 'GBP' }]);
    expect(read('model,cost (CAD)\ngemini-3-pro-image,$5.36').bills).toMatchObject([{ currency: 'CAD' }]);
    expect(read('model,cost (EUR)\ngemini-3-pro-image,$5.36').problems).toHaveLength(1);
    expect(read('model,currency,amount\ngemini-3-pro-image,CAD,$5.36').bills).toMatchObject([{ currency: 'CAD' }]);
  });

  it.each([
    ['another amount', 'model,pictures,amount\ngemini-3-pro-image,1,"5,36"\ngemini-3-pro-image,1,"1,340"', 6_700_000],
    ['its semicolons', 'model;pictures;amount\ngemini-3-pro-image;1.340;1,340', 1_340_000],
    ['a point', 'model,pictures,amount\ngemini-3-pro-image,1,0.50\ngemini-3-pro-image,1,"1,340"', 1_340_500_000],
  ])('tells its decimal sign by %s', (_, csv, micros) => {
    expect(read(csv)).toMatchObject({ problems: [], bills: [{ micros }] });
  });

  it.each(['Gemini 3 Pro Image generation charge 1K', 'Surcharge of a research preview, Gemini 3 Pro Image'])(
    'counts the pictures of %s',
    (text) => {
      expect(read(`description,cost,quantity\n"${text}",1.34,10`).bills).toMatchObject([{ sums: [{ pictures: 10 }] }]);
    },
  );

  it.each(['image token count', 'per 1M tokens', 'MegaBytes', 'search queries', 'character-seconds'])(
    'counts no pictures of %s',
    (unit) => {
      const csv = `description,cost,quantity,unit\nGemini 3 Pro Image,1.34,10,${unit}`;

      expect(read(csv).bills[0]?.sums[0]).not.toHaveProperty('pictures');
    },
  );

  it.each(['2026-11-29', '2026/11/29 14:00', '2026-11', '1795953600', '1795953600123', '2026-11-29T23:00:00Z'])(
    'has the day of %s',
    (date) => {
      expect(read(`date,model,amount\n${date},gemini-3-pro-image,1`)).toMatchObject({
        ...{ problems: [], bills: [{ lines: 1, from: expect.stringMatching(/^2026-11-/) }] },
      });
    },
  );

  it.each(['10/31/2026', '31.10.2026', '"Nov 1, 2026"', '2026-13-01', '20261101'])(
    'with the date %s, which may be of another month, is refused',
    (date) => {
      expect(read(`date,model,amount\n${date},gemini-3-pro-image,1`)).toMatchObject({
        ...{ bills: [], problems: [{ line: 2, rule: expect.stringContaining('has a date that cannot be read') }] },
      });
    },
  );

  it('of fal names its endpoints', () => {
    const { bills } = read('Endpoint,Requests,Cost\nfal-ai/nano-banana-pro,4,0.60\nfal-ai/flux/dev,1,0.03', {
      provider: 'fal',
    });

    expect(bills).toMatchObject([
      { sums: [{ model: 'gemini-3-pro-image', pictures: 4, micros: 600_000 }], leftOut: [{ line: 3 }] },
    ]);
  });

  it.each([
    ['model,amount\ngemini-3-pro-image,', 2, 'has no amount'],
    ['model,amount\ngemini-3-pro-image,free', 2, 'has an amount that is not a number'],
    ['model,pictures,amount\ngemini-3-pro-image,2.5,1', 2, 'must have a whole number of pictures'],
    ['model,size,amount\ngemini-3-pro-image,3K,1', 2, 'must have a size of 512, 1K, 2K or 4K'],
    ['provider,model,amount\nacme,gemini-3-pro-image,1', 2, 'must name its provider, one of google, apiyi, fal'],
    [
      'model,currency,amount\ngemini-3-pro-image,USD,1\ngemini-3-pro-image,EUR,1',
      3,
      'must be in USD, as the lines before it',
    ],
    [
      'provider,model,currency,amount\ngoogle,gemini-3-pro-image,EUR,1\napiyi,gemini-3-pro-image,CNY,1',
      3,
      'must be in EUR or USD: one rate is for all lines. Add what is in CNY by itself',
    ],
    ['amount,model\n1.34,"gemini-3-pro-image\n2.68,gemini-3-pro-image', 2, expect.stringContaining('close each quote')],
    ['amount,model\n1,"gemini-3-pro-image\n2,"gemini-3-pro-image', 2, expect.stringContaining('close each quote')],
    [
      'model,currency,amount\ngemini-3-pro-image,USD,"€5,36"',
      2,
      'has an amount in EUR, though its line or its heading says USD',
    ],
    ['model,amount\ngemini-3-pro-image,$5.36\ngemini-3-pro-image,€5.36', 3, 'must be in USD, as the lines before it'],
    [
      `model,amount\ngemini-3-pro-image,1${'0'.repeat(2_000)}`,
      2,
      'must have at most 500 cells of at most 2000 characters each',
    ],
    ['hello', 1, expect.stringContaining('must be a heading')],
    ['', 1, expect.stringContaining('must be a heading')],
  ])('names what is wrong with %j', (csv, line, rule) => {
    expect(read(csv).problems).toMatchObject([{ line, rule }]);
  });

  it.each([
    ['brackets in the heading', `${'('.repeat(500_000)},cost\nmodel,cost\ngemini-3-pro-image,1`],
    ['brackets in many cells', `${`${'('.repeat(1_999)},`.repeat(250)}cost\nmodel,cost\ngemini-3-pro-image,1`],
    ['quotes in a word', `model,cost\n${'a"'.repeat(250_000)},1`],
    ['digits', `model,cost\ngemini-3-pro-image,${'9'.repeat(500_000)}`],
    ['commas', ','.repeat(500_000)],
    ['short lines', 'a\n'.repeat(250_000)],
    ['blanks', `model,cost\n${' '.repeat(500_000)}x,1`],
  ])('of half a megabyte of %s is answered at once', (_, csv) => {
    const startedAt = performance.now();

    read(csv);

    expect(performance.now() - startedAt).toBeLessThan(2_000);
  });

  it('may have dollars beside one other currency', () => {
    const csv = 'provider,model,currency,amount\ngoogle,gemini-3-pro-image,EUR,1\nfal,gemini-3-pro-image,USD,1';

    expect(read(csv, { usdPerUnit: 1.1 })).toMatchObject({
      bills: [{ micros: 1_100_000 }, { micros: 1e6 }],
      problems: [],
    });
  });

  it('needs to say whose it is', () => {
    const { catalog, month } = OPTIONS;

    expect(readBill('model,amount\ngemini-3-pro-image,1', { catalog, month }).problems).toMatchObject([{ line: 2 }]);
  });
});
