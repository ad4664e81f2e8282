import { useRef, useState } from "preact/hooks";
import type { Redemption } from "../../client/api";
import { number } from "../../format";
import { Loaded } from "../../frame/loaded";
import { endedSession } from "../../session";
import { say } from "../../words";
import { SubPage } from "../sub-page";
import { loadPoints, type Points } from "./load";
import { Offers } from "./offers";
import { Redemptions } from "./redemptions";
import "./points.css";

/** What points are good for, and what they were used for so far. */
export function UsePointsPage() {
  return (
    <SubPage title={say("usePoints")}>
      <Loaded from={loadPoints}>{(points) => <Sections first={points} />}</Loaded>
    </SubPage>
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
