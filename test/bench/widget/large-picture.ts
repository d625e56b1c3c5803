/** Whether a page stays alive while a picture of 4K arrives, drawn by the demo and made as heavy as Google's. */
import type { Stage } from '../../e2e/studio-stage.ts';
import { createHeavyPng } from './heavy-png.ts';
import { SLOWDOWN } from './start.ts';
import { longestOf, SNIPPET_RULE, visit } from './visit.ts';

export interface LargePicture {
  bytes: number;
  /** In pixels. */
  width: number;
  height: number;
  /** From the press to a moment after the picture is shown; 0 if all tasks were shorter than 50 ms. */
  longestMs: number;
}

/** What the demo draws for 16:9 in 4K. */
const SIZE = { width: 5504, height: 3072 };
/** What the element loads on the first touch is measured elsewhere. */
const WARM_MS = 3000;
const SETTLE_MS = 1500;

/** @param count Pictures, each on a page of its own. */
export async function measureLargePictures(stage: Stage, count: number): Promise<LargePicture[]> {
  const heavy = createHeavyPng(SIZE.width, SIZE.height);
  const pictures: LargePicture[] = [];
  for (let n = 1; n <= count; n += 1) pictures.push(await measureLargePicture(stage, `a large fox, ${n}`, heavy));
  return pictures;
}

async function measureLargePicture(stage: Stage, words: string, heavy: Buffer): Promise<LargePicture> {
  const element = `${SNIPPET_RULE}${stage.tag('resolution="4k" aspect-ratio="16:9"')}`;
  await using large = await visit(stage, { element, slowdown: SLOWDOWN });
  const { page, studio } = large;
  await page.route(`${stage.peel.url}/images/**`, async (route) => {
    const response = await route.fetch();
    const headers = response.headers();
    delete headers['content-length'];
    await route.fulfill({ response, headers, body: heavy });
  });
  await studio.prompt.fill(words);
  await page.waitForTimeout(WARM_MS);
  const from = (await page.evaluate('performance.now()')) as number;
  await studio.part('submit').click();
  await studio.image.waitFor({ timeout: 120_000 });
  await page.waitForTimeout(SETTLE_MS);
  const [width, height] = await studio.image.evaluate((image) => {
    const { naturalWidth, naturalHeight } = image as unknown as { naturalWidth: number; naturalHeight: number };
    return [naturalWidth, naturalHeight] as const;
  });
  if (width !== SIZE.width) throw new Error(`The picture is ${width} pixels wide, not ${SIZE.width}.`);
  return { bytes: heavy.length, width, height, longestMs: longestOf(await large.read(), from) };
}
