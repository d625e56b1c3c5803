/** All that is measured of the element. */
import { measureSizes } from '../../../scripts/sizes.ts';
import type { Stage } from '../../e2e/studio-stage.ts';
import { type FirstPictures, measureFirstPictures } from './first-picture.ts';
import { type LargePicture, measureLargePictures } from './large-picture.ts';
import { type Growth, measureMounts, measurePictures } from './memory.ts';
import { measureArrival, measureVisit, PLACES, type Shift, WAYS, type Way } from './shift.ts';
import { measureStarts, measureUpFront, type Starts, type UpFront } from './start.ts';
import { addFloor } from './visit.ts';

export interface WidgetEffort {
  starts: number;
  mounts: number;
  pictures: number;
  largePictures: number;
  firstPictures: number;
}

export const FULL: WidgetEffort = { starts: 9, mounts: 100, pictures: 20, largePictures: 3, firstPictures: 9 };
export const QUICK: WidgetEffort = { starts: 3, mounts: 20, pictures: 4, largePictures: 1, firstPictures: 3 };

export interface WidgetFigures {
  upFront: UpFront;
  /** Every part without translations, brotli 11. */
  bytesInAll: number;
  starts: Starts;
  /** When the element comes, by the way in and by place. */
  arrivals: Record<Way, Shift[]>;
  /** During the whole visit. */
  visits: Shift[];
  mounts: Growth;
  pictures: Growth;
  largePictures: LargePicture[];
  firstPictures: FirstPictures[];
}

/** @param unproven A deployment whose visitors prove nothing, and which is the same otherwise. */
export async function measureWidget(
  stage: Stage,
  unproven: Stage,
  effort: WidgetEffort,
  say: (line: string) => void,
): Promise<WidgetFigures> {
  await addFloor(stage);
  const upFront = await measureUpFront(stage);
  say('bytes');
  const starts = await measureStarts(stage, effort.starts, say);
  const arrivals = {} as Record<Way, Shift[]>;
  for (const way of WAYS) arrivals[way] = await atAllPlaces((place) => measureArrival(stage, place, way));
  const visits = await atAllPlaces((place) => measureVisit(stage, place, `a fox on a ${place.name}`));
  say('layout shifts');
  const mounts = await measureMounts(stage, effort.mounts);
  say('mounts');
  const pictures = await measurePictures(stage, effort.pictures);
  say('pictures');
  const largePictures = await measureLargePictures(stage, effort.largePictures);
  say('large pictures');
  const firstPictures = await measureFirstPictures({ none: unproven, pow: stage }, effort.firstPictures, say);
  const bytesInAll = await sizeInAll();
  return { upFront, bytesInAll, starts, arrivals, visits, mounts, pictures, largePictures, firstPictures };
}

async function atAllPlaces(measure: (place: (typeof PLACES)[number]) => Promise<Shift>): Promise<Shift[]> {
  const shifts: Shift[] = [];
  for (const place of PLACES) shifts.push(await measure(place));
  return shifts;
}

async function sizeInAll(): Promise<number> {
  const size = (await measureSizes()).find(({ what }) => what.startsWith('widget in all'));
  if (!size) throw new Error('scripts/sizes.ts no longer measures the widget in all.');
  return size.bytes;
}
