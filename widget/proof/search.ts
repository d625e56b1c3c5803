/**
 * Finds the counters of a proof of work. WebCrypto would take several times as long: it answers each hash by a promise,
 * and pages without https have none of it.
 *
 * A worker gets this function as text. So its body uses nothing from outside but what every browser has.
 *
 * @param nonce ASCII.
 * @param difficulty Leading zero bits of the SHA-256 of `nonce.i.counter`, at most 32.
 * @param from The first `i`.
 * @param to The `i` after the last.
 * @param pause Lets other work go first, where there is no worker. Its errors pass through.
 * @returns A counter for each `i`.
 */
export async function search(
  nonce: string,
  difficulty: number,
  from: number,
  to: number,
  pause?: () => Promise<unknown>,
): Promise<string[]> {
  const BLOCK = 64;
  /** Safe integers have 15 digits, and 16 as long as they begin with a small one. */
  const MOST_DIGITS = 16;
  /** Ten million hashes for one beginning are more than any difficulty needs. */
  const MOST_CHANGING = 7;
  /** A click waits no longer for a slice, in milliseconds. */
  const SLICE_MS = 8;
  const HASHES_A_LOOK = 64;
  const ZERO = 48;
  const NINE = 57;

  // The first 32 bits of the fractions of the roots of the first primes.
  const constants = new Int32Array(64);
  const initial = new Int32Array(8);
  for (let candidate = 2, at = 0; at < 64; candidate++) {
    let divisor = 2;
    while (candidate % divisor) divisor++;
    if (divisor < candidate) continue;
    if (at < 8) initial[at] = (candidate ** (1 / 2) % 1) * 2 ** 32;
    constants[at++] = (candidate ** (1 / 3) % 1) * 2 ** 32;
  }

  const block = new Uint8Array(BLOCK);
  const schedule = new Int32Array(64);
  const compress = (before: Int32Array, after: Int32Array) => {
    for (let at = 0; at < 16; at++)
      schedule[at] =
        (block[4 * at]! << 24) | (block[4 * at + 1]! << 16) | (block[4 * at + 2]! << 8) | block[4 * at + 3]!;
    for (let at = 16; at < 64; at++) {
      const x = schedule[at - 15]!;
      const y = schedule[at - 2]!;
      const low = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
      const high = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
      schedule[at] = (schedule[at - 16]! + low + schedule[at - 7]! + high) | 0;
    }
    let [a, b, c, d, e, f, g, h] = before as unknown as [
      number,
      number,
      number,
      number,
      number,
      number,
      number,
      number,
    ];
    for (let at = 0; at < 64; at++) {
      const high = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
      const one = (h + high + ((e & f) ^ (~e & g)) + constants[at]! + schedule[at]!) | 0;
      const low = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
      const two = (low + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      h = g;
      g = f;
      f = e;
      e = (d + one) | 0;
      d = c;
      c = b;
      b = a;
      a = (one + two) | 0;
    }
    after[0] = before[0]! + a;
    after[1] = before[1]! + b;
    after[2] = before[2]! + c;
    after[3] = before[3]! + d;
    after[4] = before[4]! + e;
    after[5] = before[5]! + f;
    after[6] = before[6]! + g;
    after[7] = before[7]! + h;
  };
  const write = (text: string) => {
    for (let at = 0; at < text.length; at++) block[at] = text.charCodeAt(at);
  };

  // The blocks that all hashes have in common.
  const afterNonce = initial.slice();
  const common = nonce.length - (nonce.length % BLOCK);
  for (let at = 0; at < common; at += BLOCK) {
    write(nonce.slice(at, at + BLOCK));
    compress(afterNonce, afterNonce);
  }

  const middle = new Int32Array(8);
  const hash = new Int32Array(8);
  const found: string[] = [];
  let hashes = 0;
  let sliceEnd = performance.now() + SLICE_MS;
  for (let puzzle = from; puzzle < to; puzzle++) {
    const head = `${nonce.slice(common)}.${puzzle}.`;
    // A counter is a lead and some digits that change. Those lie in one block, so that each hash takes one step: where
    // the block has no room for them, the lead fills it up.
    const used = head.length % BLOCK;
    const isFull = used > 48;
    const leadDigits = isFull ? BLOCK - used : 1;
    const changing = Math.min(MOST_CHANGING, isFull ? MOST_DIGITS - leadDigits : 54 - used);
    let counter = '';
    for (let lead = 10 ** (leadDigits - 1); counter === ''; lead++) {
      const text = head + lead;
      middle.set(afterNonce);
      if (text.length >= BLOCK) {
        write(text);
        compress(afterNonce, middle);
      }
      const start = text.length % BLOCK;
      const end = start + changing;
      block.fill(0);
      write(text.slice(text.length - start));
      block.fill(ZERO, start, end);
      block[end] = 0x80;
      const bits = (common + text.length + changing) * 8;
      block[BLOCK - 2] = bits >> 8;
      block[BLOCK - 1] = bits;
      for (let left = 10 ** changing; left > 0; left--) {
        compress(middle, hash);
        if (Math.clz32(hash[0]!) >= difficulty) {
          counter = lead + String.fromCharCode(...block.subarray(start, end));
          break;
        }
        let at = end - 1;
        while (at >= start && block[at] === NINE) block[at--] = ZERO;
        if (at >= start) block[at]!++;
        if (pause && ++hashes % HASHES_A_LOOK === 0 && performance.now() > sliceEnd) {
          await pause();
          sliceEnd = performance.now() + SLICE_MS;
        }
      }
    }
    found.push(counter);
  }
  return found;
}
