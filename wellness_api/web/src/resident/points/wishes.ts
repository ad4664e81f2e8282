import type { RedemptionPage } from "../../client/api";
import { newKey } from "../../client/key";

interface Wish {
  key: string;
  /** The newest redemption when the item was first requested: any later redemption of the item is the result. */
  after: number;
}

// For the whole visit, not for a dialog: closing a dialog or going to another page does not say what became of a
// request.
const wishes = new Map<string, Wish>();

/**
 * The key for redeeming the item. It stays the same until `settle` or `settleSeen`, so that one wish is redeemed
 * once.
 */
export function keyOf(item: string, redemptions: RedemptionPage): string {
  const wish = wishes.get(item) ?? { key: newKey(), after: newestOf(redemptions) };
  wishes.set(item, wish);
  return wish.key;
}

/** The answer came: a resident who requests the item again wants another one. */
export function settle(item: string): void {
  wishes.delete(item);
}

/** Settles every wish that is seen to be redeemed, although its answer was lost. */
export function settleSeen({ items }: RedemptionPage): void {
  for (const { item, redemption_id } of items) {
    const wish = wishes.get(item);
    if (wish && redemption_id > wish.after) wishes.delete(item);
  }
}

const newestOf = ({ items }: RedemptionPage): number =>
  Math.max(0, ...items.map(({ redemption_id }) => redemption_id));
