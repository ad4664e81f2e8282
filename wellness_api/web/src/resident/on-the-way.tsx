import { useEffect, useState } from "preact/hooks";
import { answer, api, type Wallet } from "../client/api";
import { day } from "../format";
import { endedSession } from "../session";
import { say } from "./words";

const NOTICE_DAYS = 90;
const DAY_MS = 86_400_000;

const loadWallet = (): Promise<Wallet> => answer(api.GET("/v1/me/wallet"));

/** Points that become spendable soon, and, early enough, points that lapse soon. */
export function OnTheWay({ posted, today }: { posted: string; today: string }) {
  const [wallet, setWallet] = useState<Wallet>();

  // `posted` is the signal to look again, not an input. The entries ask too, and show a failure.
  useEffect(() => {
    loadWallet().then(setWallet, endedSession);
  }, [posted]);

  const next = wallet?.next_spendable;
  const expiring = wallet?.expiring;
  return (
    <>
      {wallet && next && (
        <p class="card on-the-way" data-testid="wallet-pending">
          {next.points === wallet.pending
            ? say("pendingPointsOfOneDay", {
                points: next.points,
                day: day(next.from_day, today),
              })
            : say("pendingPoints", {
                all: wallet.pending,
                first: next.points,
                day: day(next.from_day, today),
              })}
        </p>
      )}
      {expiring && daysUntil(expiring.last_day, today) <= NOTICE_DAYS && (
        <p class="card on-the-way" data-testid="wallet-expiring">
          {say("expiringPoints", { points: expiring.points, day: day(expiring.last_day, today) })}
        </p>
      )}
    </>
  );
}

function daysUntil(isoDay: string, today: string): number {
  return (Date.parse(isoDay) - Date.parse(today)) / DAY_MS;
}
