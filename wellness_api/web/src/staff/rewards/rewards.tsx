import { useState } from "preact/hooks";
import { Loaded } from "../../frame/loaded";
import { endedSession } from "../../session";
import { say } from "../words";
import { Items } from "./items";
import { type Rewards as All, loadRewards } from "./load";
import { Pickups } from "./pickups";
import { Settlements } from "./settlements";
import "./rewards.css";

/** What points are redeemed for: the items, the goods that wait to be picked up, and what the city owes partners. */
export function Rewards() {
  return (
    <section class="rewards" aria-labelledby="rewards-heading">
      <h2 id="rewards-heading">{say("rewards")}</h2>
      <Loaded from={loadRewards}>{(all) => <Parts first={all} />}</Loaded>
    </section>
  );
}

function Parts({ first }: { first: All }) {
  const [all, setAll] = useState(first);
  const lookAgain = async (): Promise<boolean> => {
    try {
      setAll(await loadRewards());
      return true;
    } catch (error) {
      endedSession(error);
      return false;
    }
  };
  return (
    <div class="reward-parts">
      <Items items={all.items} />
      <Pickups pickups={all.pickups} lookAgain={lookAgain} />
      <Settlements partners={all.partners} lastDayOver={all.lastDayOver} lookAgain={lookAgain} />
    </div>
  );
}
