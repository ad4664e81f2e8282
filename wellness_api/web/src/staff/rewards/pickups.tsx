import { useState } from "preact/hooks";
import type { HandedOut, Pickup } from "../../client/api";
import { momentHere, number } from "../../format";
import { explained } from "../../frame/problem";
import { local } from "../../language";
import { endedSession } from "../../session";
import { say } from "../../words";
import { confirmPickup, pickupsOf } from "./load";

type Stage =
  | { name: "asking" }
  | { name: "found"; pickup: Pickup }
  | { name: "nothing" }
  | { name: "handedOut"; pickup: Pickup }
  | { name: "handedOutBefore"; goods: HandedOut }
  | { name: "failed"; error: unknown };

interface PickupsProps {
  pickups: readonly Pickup[];
  handedOut: () => Promise<void>;
}

/** First what waits under the code is shown, then it is confirmed: so the right goods are handed out. */
export function Pickups({ pickups, handedOut }: PickupsProps) {
  const [code, setCode] = useState("");
  const [stage, setStage] = useState<Stage>({ name: "asking" });
  const fail = (error: unknown) => {
    if (!endedSession(error)) setStage({ name: "failed", error });
  };
  const look = () =>
    pickupsOf(code).then(({ items: [pickup], handed_out: goods }) => {
      if (pickup) setStage({ name: "found", pickup });
      else setStage(goods ? { name: "handedOutBefore", goods } : { name: "nothing" });
    }, fail);
  const confirm = (pickup: Pickup) =>
    confirmPickup(code).then((goods) => {
      setStage(
        goods.is_repeated ? { name: "handedOutBefore", goods } : { name: "handedOut", pickup },
      );
      setCode("");
      return handedOut();
    }, fail);

  return (
    <div class="card">
      <h3>{say("pickups")}</h3>
      <form
        class="pickup-form"
        onSubmit={(event) => {
          event.preventDefault();
          if (code.trim()) look();
        }}
      >
        <label>
          {say("pickupCode")}
          <input
            type="text"
            autocomplete="off"
            autocapitalize="characters"
            spellcheck={false}
            data-testid="pickup-code"
            value={code}
            onInput={(event) => {
              setCode(event.currentTarget.value);
              setStage({ name: "asking" });
            }}
          />
        </label>
        <button type="submit" class="primary" data-testid="pickup-look">
          {say("lookUp")}
        </button>
      </form>
      {stage.name === "found" && (
        <div class="found" data-testid="pickup-found">
          <p>
            <strong>{local(stage.pickup.name)}</strong> {local(stage.pickup.place)}
          </p>
          <button
            type="button"
            class="primary"
            data-testid="pickup-confirm"
            onClick={() => confirm(stage.pickup)}
          >
            {say("handOut")}
          </button>
        </div>
      )}
      <p role="status">
        {stage.name === "nothing" && say("nothingWaits")}
        {stage.name === "handedOut" && say("handedOut", local(stage.pickup.name))}
        {stage.name === "handedOutBefore" && before(stage.goods)}
      </p>
      {stage.name === "failed" && <p role="alert">{explained(stage.error)}</p>}
      <p>{say("waitingPickups", number(pickups.length))}</p>
      <ul class="waiting" data-testid="waiting-pickups">
        {pickups.map((pickup) => (
          <li key={pickup.redemption_id}>
            {local(pickup.name)}{" "}
            <span class="muted">
              {say("redemptionNumber", String(pickup.redemption_id))}{" "}
              {say("heldUntil", momentHere(pickup.held_until))}
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}

const before = (goods: HandedOut): string =>
  say(
    "handedOutBefore",
    local(goods.name),
    momentHere(goods.handed_out_at),
    goods.handed_out_by ?? "",
  );
