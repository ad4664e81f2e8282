// Colour classes for the values of one indicator. ColorBrewer's YlOrBr, which orders by lightness and so also
// reads right with every kind of colour blindness and in grey print. Lightest first.
const RAMP = ["#ffeeb8", "#fec561", "#f08c2a", "#c45510", "#7d2a05"] as const;
const CLASSES_MAX = RAMP.length;
const NICE_STEPS = [1, 2, 2.5, 5, 10];

export interface ValueClass {
  /** From this value on; the lowest class starts at or below the least value. */
  from: number;
  /** Below this value; the highest class ends above the greatest value. */
  to: number;
  colour: string;
}

/**
 * Up to five classes of equal width with round borders that hold all values, lowest first. The darkest colour marks
 * the greatest need: the lowest values where higher is better, else the highest. No values, no classes.
 */
export function classesOf(values: readonly number[], higherIsBetter: boolean): ValueClass[] {
  if (values.length === 0) return [];
  const least = Math.min(...values);
  const greatest = Math.max(...values);
  const step = roundStep(least, greatest);
  const first = Math.floor(least / step);
  const count = Math.floor(greatest / step) - first + 1;
  // 23 times 0.2 is 4.6000000000000005 to a computer: without rounding the border would not be written as 4.6.
  const border = (place: number) => Number(((first + place) * step).toPrecision(12));
  return Array.from({ length: count }, (_, place) => ({
    from: border(place),
    to: border(place + 1),
    colour: colourAt(higherIsBetter ? count - 1 - place : place, count),
  }));
}

/** The smallest round step that needs no more than CLASSES_MAX classes. */
function roundStep(least: number, greatest: number): number {
  // With one value only, its own size gives the width of the one class.
  const spread = greatest - least || Math.abs(greatest) || 1;
  const magnitude = 10 ** Math.floor(Math.log10(spread / CLASSES_MAX));
  const steps = NICE_STEPS.map((nice) => nice * magnitude);
  const fits = (step: number) =>
    Math.floor(greatest / step) - Math.floor(least / step) < CLASSES_MAX;
  return steps.find(fits) ?? 10 * 2 * magnitude;
}

/** Spreads fewer classes over the whole ramp, so that the greatest need is always the darkest. */
function colourAt(need: number, count: number): string {
  const place = count === 1 ? CLASSES_MAX / 2 : (need * (CLASSES_MAX - 1)) / (count - 1);
  return RAMP[Math.floor(place)] ?? RAMP[0];
}
