/**
 * Money of a day or month against its cap. The track is the cap: solid is spent, hatched is held, dashed is expected by
 * the period's end, the thick post is the cap. Nothing is drawn past it. The legend under it has every figure.
 */
import { html, nothing, svg } from 'lit';
import type { DeskMoney } from '../../../worker/desk-protocol.ts';
import { RULER } from '../words/parts.ts';
import { formatDay, formatEstimate, formatMoney, formatRoundMoney, formatTime } from './format.ts';

/** Where each part begins and ends, in shares of the cap from 0 to 1. */
export interface RulerShares {
  owed: number;
  spent: number;
  held: number;
  /** What is expected beyond what is spent and held. 0: nothing, or it is too early to say. */
  expected: number;
}

/** The parts follow one another from 0, and end at the cap at the latest. */
export function rulerShares({
  owedMicros,
  spentMicros,
  heldMicros,
  expectedMicros,
  capMicros,
}: DeskMoney): RulerShares {
  let left = 1;
  const take = (micros: number): number => {
    const share = Math.min(left, capMicros > 0 ? Math.max(0, micros) / capMicros : 1);
    left -= share;
    return share;
  };
  const [owed, spent, held] = [take(owedMicros), take(spentMicros), take(heldMicros)];
  const expected = expectedMicros === null || left === 0 ? 0 : take(expectedMicros - spentMicros - heldMicros);
  return { owed, spent, held, expected };
}

export interface RulerOptions {
  /** Unique in the document. */
  id: string;
  money: DeskMoney;
  /** Such as `By midnight`. Absent: nothing is expected, as while all is paused. */
  end?: string;
  /** How many pictures the held money is for. */
  heldPictures?: number;
  /** The period is a month, in which a time of the day says nothing. */
  isMonth?: boolean;
}

const percent = (share: number): string => `${Math.round(share * 1e4) / 100}%`;
/** Where the alarms ring. */
const NOTCHES = [0.5, 0.8];

const hatch = (
  id: string,
) => svg`<pattern id=${id} width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
  <rect width="6" height="6" class="hatch-ground" /><rect width="3" height="6" class="hatch-line" />
</pattern>`;

function track(id: string, shares: RulerShares, height: number) {
  const { owed, spent, held, expected } = shares;
  const [afterOwed, afterSpent, afterHeld] = [owed, owed + spent, owed + spent + held];
  return svg`<defs>${hatch(`${id}-hatch`)}</defs>
    <rect class="track" width="100%" y="4" height=${height} />
    ${owed > 0 ? svg`<rect class="owed" width=${percent(owed)} y="4" height=${height} />` : nothing}
    <rect class="spent" x=${percent(afterOwed)} width=${percent(spent)} y="4" height=${height} />
    <rect x=${percent(afterSpent)} width=${percent(held)} y="4" height=${height} fill="url(#${id}-hatch)" />
    ${
      expected > 0
        ? svg`<rect class="expected" x=${percent(afterHeld)} width=${percent(expected)} y="4.5" height=${height - 1} />`
        : nothing
    }`;
}

/** The large form, with its scale and legend. */
export function ruler({ id, money, end, heldPictures, isMonth = false }: RulerOptions) {
  const shown = end === undefined ? { ...money, expectedMicros: null } : money;
  const { capMicros } = money;
  return html`<div class="ruler">
    <svg width="100%" height="44" aria-hidden="true">
      ${track(id, rulerShares(shown), 16)}
      ${NOTCHES.map(
        (notch) => svg`<line class="notch" x1=${percent(notch)} x2=${percent(notch)} y1="20" y2="27" />
          <text x=${percent(notch)} y="40" text-anchor="middle"><tspan class="wide">${formatRoundMoney(capMicros * notch)} · </tspan>${notch * 100} %</text>`,
      )}
      <text y="40">${formatRoundMoney(0)}</text>
      <text x="100%" y="40" text-anchor="end">${formatRoundMoney(capMicros)}</text>
      <svg x="100%" width="4" overflow="visible"><rect class="post" x="-4" width="4" height="24" rx="1" /></svg>
    </svg>
    ${legend(shown, end, heldPictures, isMonth)}
  </div>`;
}

function legend(money: DeskMoney, end: string | undefined, heldPictures: number | undefined, isMonth: boolean) {
  const { spentMicros, heldMicros, owedMicros, expectedMicros, capMicros, reachedAt } = money;
  const key = (kind: string, text: string) => html`<li><span class=${`key ${kind}`}></span>${text}</li>`;
  return html`<ul class="legend">
    ${owedMicros > 0 ? key('owed', RULER.owed(formatMoney(owedMicros))) : nothing}
    ${key('spent', RULER.spent(formatMoney(spentMicros)))}
    ${heldMicros > 0 ? key('held', RULER.held(formatMoney(heldMicros), heldPictures)) : nothing}
    ${
      end === undefined
        ? nothing
        : key(
            'expected',
            expectedMicros === null
              ? RULER.early(end)
              : reachedAt === undefined
                ? RULER.expected(end, formatEstimate(expectedMicros))
                : RULER.reached(isMonth ? RULER.onDay(formatDay(reachedAt)) : RULER.atTime(formatTime(reachedAt))),
          )
    }
    ${key('post', RULER.cap(formatMoney(capMicros)))}
  </ul>`;
}

/** The form for tables, 12 px high. The figures stand beside it. */
export const tinyRuler = (
  id: string,
  money: DeskMoney,
) => html`<svg class="tiny-ruler" width="100%" height="16" aria-hidden="true">
  ${track(id, rulerShares({ ...money, expectedMicros: null }), 8)}
  <svg x="100%" width="3" overflow="visible"><rect class="post" x="-3" y="2" width="3" height="12" rx="1" /></svg>
</svg>`;
