import { useRef, useState } from "preact/hooks";
import type { Redemption } from "../../client/api";
import { number } from "../../format";
import { Header } from "../../frame/header";
import { Loaded } from "../../frame/loaded";
import { endedSession, me } from "../../session";
import { say } from "../../words";
import { loadPoints, type Points } from "./load";
import { Offers } from "./offers";
import { Redemptions } from "./redemptions";
import "../resident.css";
import "../my-data/my-data.css";
import "./points.css";

/** What points are good for, and what they were used for so far. */
export function UsePointsPage() {
  return (
    <>
      <Header title={say("greeting", me.value?.display_name ?? "")} />
      <main class="resident">
        <div class="my-data-top">
          <a href="/" data-testid="back-to-today">
            <span aria-hidden="true">← </span>
            {say("backToToday")}
          </a>
          <h1>{say("usePoints")}</h1>
        </div>
        <Loaded from={loadPoints}>{(points) => <Sections first={points} />}</Loaded>
      </main>
    </>
  );
}

function Sections({ first }: { first: Points }) {
  const [points, setPoints] = useState(first);
  const [newest, setNewest] = useState<Redemption>();
  const heading = useRef<HTMLHeadingElement>(null);

  // What was asked for is done by then; if only the look afterwards fails, what is on show is merely old.
  const lookAgain = (): Promise<void> =>
    loadPoints().then(setPoints, (error) => {
      endedSession(error);
    });

  const redeemed = async (redemption: Redemption) => {
    await lookAgain();
    setNewest(redemption);
    // The button that had the focus may be gone with what it offered.
    heading.current?.focus();
  };

  return (
    <>
      <div class="column">
        <p class="card to-spend" data-testid="spendable">
          <span>{say("pointsToSpend")}</span>
          <strong>{say("pointsShort", number(points.offers.spendable_points))}</strong>
        </p>
        <Redemptions
          redemptions={points.redemptions.items}
          newest={newest}
          heading={heading}
          cancelled={lookAgain}
        />
      </div>
      <div class="column">
        <Offers offers={points.offers} redeemed={redeemed} refused={lookAgain} />
      </div>
    </>
  );
}
