import { useRef } from "preact/hooks";
import type { Today } from "../client/api";
import { number } from "../format";
import { Changing } from "./changing";
import { OnTheWay } from "./on-the-way";
import { say } from "./words";

/** Points of the day, points to spend, pending points, and what is owed. `posted` changes when points moved. */
export function WalletFigures({ today, posted }: { today: Today; posted: string }) {
  const pointsAtFirst = useRef(today.points_today);
  const arrived = today.points_today > pointsAtFirst.current;
  return (
    <section class="figures" aria-label={say("walletBalance")}>
      <Figure label={say("pointsToday")} points={today.points_today} testId="points-today" />
      <Figure label={say("walletBalance")} points={today.balance} testId="wallet-balance" />
      <OnTheWay posted={posted} today={today.day} />
      {today.owed > 0 && <p class="card owed">{say("owed", { points: today.owed })}</p>}
      {/* Steps change every minute and would be chatter; a new point is worth saying aloud. */}
      <p class="for-screen-readers" role="status">
        {arrived && say("pointsArrived", { points: today.points_today })}
      </p>
    </section>
  );
}

function Figure({ label, points, testId }: { label: string; points: number; testId: string }) {
  return (
    <div class="card points">
      <h2>{label}</h2>
      <p>
        <Changing text={number(points)} testId={testId} />
      </p>
    </div>
  );
}
