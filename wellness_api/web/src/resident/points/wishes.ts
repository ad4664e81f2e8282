import type { RedemptionPage } from "../../client/api";
import { newKey } from "../../client/key";

interface Wish {
  key: string;
  /** The newest redemption when it was first asked for: any later one of the item is what became of it. */
  after: number;
}

// Of the whole visit, not of a dialog: closing one, or going to another page, does not tell what became of a request.
const wishes = new Map<string, Wish>();

/** The key of what is wished for: the same until `settle` or `settleSeen`, so that one wish is redeemed once. */
export function keyOf(item: string, redemptions: RedemptionPage): string {
  const wish = wishes.get(item) ?? { key: newKey(), after: newestOf(redemptions) };
  wishes.set(item, wish);
  return wish.key;
}

/** The answer came: whoever asks for the item again wants another one. */
export function settle(item: string): void {
  wishes.delete(item);
}

/** Settles whatever is seen to be redeemed, though its answer was lost. */
export function settleSeen({ items }: RedemptionPage): void {
  for (const { item, redemption_id } of items) {
    const wish = wishes.get(item);
    if (wish && redemption_id > wish.after) wishes.delete(item);
  }
}

const newestOf = ({ items }: RedemptionPage): number =>
  Math.max(0, ...items.map(({ redemption_id }) => redemption_id));
