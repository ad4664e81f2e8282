const SIDE = 16; // pixels; the pattern repeats without a seam
const STRIPE = 4;
const LIGHT = [226, 224, 228, 255];
const DARK = [160, 156, 166, 255];

/** Grey diagonal stripes: no class colour looks like them, so "hidden" is never mistaken for a low value. */
export function hatch(): { width: number; height: number; data: Uint8Array } {
  const data = new Uint8Array(SIDE * SIDE * 4);
  for (let y = 0; y < SIDE; y++)
    for (let x = 0; x < SIDE; x++)
      data.set((x + y) % SIDE < STRIPE ? DARK : LIGHT, 4 * (y * SIDE + x));
  return { width: SIDE, height: SIDE, data };
}
