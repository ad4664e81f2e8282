import { useRef, useState } from "preact/hooks";
import type { Redemption } from "../../client/api";
import { Loaded } from "../../frame/loaded";
import { endedSession } from "../../session";
import { SubPage } from "../sub-page";
import { loadPoints, type Points } from "./load";
import { Offers } from "./offers";
import { type Outcome, Redemptions } from "./redemptions";
import { say } from "./words";
import "./points.css";

/** What points can be redeemed for, and what they were redeemed for so far. */
export function UsePointsPage() {
  return (
    <SubPage title={say("usePoints")}>
      <Loaded from={loadPoints}>{(points) => <Sections first={points} />}</Loaded>
    </SubPage>
  );
}

function Sections({ first }: { first: Points }) {
  const [points, setPoints] = useState(first);
  const [outcome, setOutcome] = useState<Outcome>();
  const heading = useRef<HTMLHeadingElement>(null);

  const tell = (now: Outcome) => {
    setOutcome(now);
    // The button that had the focus may be gone together with its offer.
    heading.current?.focus();
  };

  // The result of the request is known. If only the look afterwards fails, the page merely shows old data.
  const lookAgain = async (): Promise<Points | undefined> => {
    try {
      const now = await loadPoints();
      setPoints(now);
      return now;
    } catch (error) {
      endedSession(error);
      return undefined;
    }
  };

  const redeemed = async (redemption: Redemption) => {
    await lookAgain();
    tell({ name: "redeemed", redemption });
  };

  const perhapsRedeemed = async (item: string) => {
    const before = new Set(points.redemptions.items.map((made) => made.redemption_id));
    const now = await lookAgain();
    const redemption = now?.redemptions.items.find(
      (made) => made.item === item && !before.has(made.redemption_id),
    );
    if (redemption) tell({ name: "redeemed", redemption });
    else setOutcome(now ? undefined : { name: "unknown", words: "perhapsRedeemed" });
  };

  const cancelled = async (redemption: Redemption) => {
    await lookAgain();
    tell({ name: "cancelled", redemption });
  };

  const perhapsCancelled = async ({ redemption_id }: Redemption) => {
    const now = await lookAgain();
    const redemption = now?.redemptions.items.find((made) => made.redemption_id === redemption_id);
    if (redemption?.state === "cancelled") tell({ name: "cancelled", redemption });
    else setOutcome(now ? undefined : { name: "unknown", words: "perhapsCancelled" });
  };

  return (
    <>
      <div class="column">
        <p class="card to-spend" data-testid="spendable">
          <span>{say("pointsToSpend")}</span>
          <strong>{say("pointsShort", { points: points.offers.spendable_points })}</strong>
        </p>
        <Redemptions
          redemptions={points.redemptions.items}
          outcome={outcome}
          heading={heading}
          cancelled={cancelled}
          perhapsCancelled={perhapsCancelled}
        />
      </div>
      <div class="column">
        <Offers
          points={points}
          redeemed={redeemed}
          perhapsRedeemed={perhapsRedeemed}
          refused={lookAgain}
        />
      </div>
    </>
  );
}
