import { useState } from "preact/hooks";
import type { Pickup } from "../../client/api";
import { Loaded } from "../../frame/loaded";
import { endedSession } from "../../session";
import { say } from "../words";
import { loadPickups } from "./load";
import { Pickups } from "./pickups";
import "./rewards.css";

/** For staff who hand goods out and are not responsible for the catalogue. */
export function HandingOut() {
  return (
    <section class="rewards" aria-labelledby="rewards-heading">
      <h2 id="rewards-heading">{say("rewards")}</h2>
      <Loaded from={loadPickups}>{(pickups) => <Waiting first={pickups} />}</Loaded>
    </section>
  );
}

function Waiting({ first }: { first: readonly Pickup[] }) {
  const [pickups, setPickups] = useState(first);
  const lookAgain = (): Promise<void> =>
    loadPickups().then(setPickups, (error) => {
      endedSession(error);
    });
  return <Pickups pickups={pickups} lookAgain={lookAgain} />;
}
