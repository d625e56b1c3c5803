/** Lenses of light lying flat: clouds in the sky, the sun's path on the water. */
export interface Streak {
  x: number;
  y: number;
  halfWidth: number;
  halfHeight: number;
  /** How many tones of the sky's ramp lighter. */
  tones: number;
}

/** Lightens the part of row `y` that lies inside the streak. Only sky tones are touched. */
export function brighten(
  row: Uint8Array,
  y: number,
  { x, y: middle, halfWidth, halfHeight, tones }: Streak,
  brightest: number,
): void {
  const dy = (y + 0.5 - middle) / halfHeight;
  if (dy <= -1 || dy >= 1) return;
  // A parabola, which tapers to a point at both ends.
  const half = halfWidth * (1 - dy * dy);
  const end = Math.min(row.length, Math.round(x + half));
  for (let column = Math.max(0, Math.round(x - half)); column < end; column++) {
    const tone = row[column]!;
    if (tone <= brightest) row[column] = Math.min(tone + tones, brightest);
  }
}
