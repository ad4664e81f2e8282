import type { CatalogueItem } from "../../client/api";
import { number } from "../../format";
import { local } from "../../language";
import { say } from "../words";

/** Every item with its price, how many are left, and how often it was redeemed. */
export function Items({ items }: { items: readonly CatalogueItem[] }) {
  return (
    <div class="card">
      <h3>{say("rewardItems")}</h3>
      {items.length === 0 && <p>{say("noRewardItems")}</p>}
      <ul class="reward-items" data-testid="reward-items">
        {items.map((item) => (
          <li key={item.item} data-item={item.item}>
            <One item={item} />
          </li>
        ))}
      </ul>
    </div>
  );
}

function One({ item }: { item: CatalogueItem }) {
  const newest = item.versions[0];
  if (newest === undefined) return null;
  return (
    <>
      <strong>
        {local(newest.name)} {newest.withdrawn_at && say("withdrawn")}
      </strong>
      <dl>
        <Figure term={say("price")} value={number(newest.price_points)} />
        <Figure term={say("unitsLeft")} value={left(item)} />
        <Figure term={say("timesRedeemed")} value={number(item.confirmed)} />
        <Figure
          term={say(newest.place ? "timesHeld" : "timesUnderWay")}
          value={number(item.held)}
        />
      </dl>
    </>
  );
}

function Figure({ term, value }: { term: string; value: string }) {
  return (
    <div>
      <dt>{term}</dt>
      <dd>{value}</dd>
    </div>
  );
}

function left({ units_left, units_total }: CatalogueItem): string {
  return units_left === null || units_total === null
    ? say("unlimited")
    : say("leftOf", { left: units_left, total: units_total });
}
