import { useRef, useState } from "preact/hooks";
import { type HandedOut, mayBeDone, type Pickup } from "../../client/api";
import { momentHere } from "../../format";
import { explained } from "../../frame/problem";
import { local } from "../../language";
import { endedSession } from "../../session";
import { say } from "../words";
import { confirmPickup, pickupsOf } from "./load";

/** `found` has the code with which the goods were found: the goods on the screen are the goods that are confirmed. */
type Stage =
  | { name: "asking" }
  | { name: "empty" }
  | { name: "found"; code: string; pickup: Pickup; doing?: boolean; perhapsDone?: boolean }
  | { name: "nothing" }
  | { name: "handedOut"; pickup: Pickup }
  | { name: "handedOutBefore"; goods: HandedOut }
  | { name: "failed"; error: unknown };

interface PickupsProps {
  pickups: readonly Pickup[];
  /** Asks again which goods wait, when the list on show may no longer be true. */
  lookAgain: () => Promise<unknown>;
}

/** The page first shows what waits under the code, and then staff confirm it: so the right goods are handed out. */
export function Pickups({ pickups, lookAgain }: PickupsProps) {
  const [code, setCode] = useState("");
  const [stage, setStage] = useState<Stage>({ name: "asking" });
  const field = useRef<HTMLInputElement>(null);
  const asked = useRef(0); // Rises with each request: an answer to an earlier request comes too late.

  const look = async (written: string) => {
    asked.current += 1;
    const turn = asked.current;
    const next = await pickupsOf(written).then(({ items: [pickup], handed_out: goods }): Stage => {
      if (pickup) return { name: "found", code: written, pickup };
      return goods ? { name: "handedOutBefore", goods } : { name: "nothing" };
    }, whyFailed);
    if (turn !== asked.current) return;
    setStage(next);
    if (next.name === "handedOutBefore" || next.name === "nothing") await lookAgain();
  };
  const confirm = async (pickupStage: Stage & { name: "found" }) => {
    if (pickupStage.doing) return;
    setStage({ ...pickupStage, doing: true });
    try {
      const goods = await confirmPickup(pickupStage.code);
      setStage(
        goods.is_repeated
          ? { name: "handedOutBefore", goods }
          : { name: "handedOut", pickup: pickupStage.pickup },
      );
      setCode("");
      await lookAgain();
    } catch (error) {
      setStage(mayBeDone(error) ? { ...pickupStage, perhapsDone: true } : whyFailed(error));
    }
  };

  return (
    <div class="card">
      <h3>{say("pickups")}</h3>
      <form
        class="pickup-form"
        onSubmit={(event) => {
          event.preventDefault();
          if (code.trim()) return look(code);
          setStage({ name: "empty" });
          field.current?.focus();
        }}
      >
        <label>
          {say("pickupCode")}
          <input
            ref={field}
            type="text"
            aria-invalid={stage.name === "empty"}
            autocomplete="off"
            autocapitalize="characters"
            spellcheck={false}
            data-testid="pickup-code"
            value={code}
            onInput={(event) => {
              setCode(event.currentTarget.value);
              asked.current += 1;
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
            aria-disabled={stage.doing}
            onClick={() => confirm(stage)}
          >
            {say("handOut")}
          </button>
        </div>
      )}
      <p role="status">
        {stage.name === "nothing" && say("nothingWaits")}
        {stage.name === "handedOut" && say("handedOut", { name: local(stage.pickup.name) })}
        {stage.name === "handedOutBefore" && before(stage.goods)}
      </p>
      <p class="trouble" role="alert">
        {stage.name === "empty" && say("codeEmpty")}
        {stage.name === "found" && stage.perhapsDone && say("perhapsHandedOut")}
        {stage.name === "failed" && explained(stage.error)}
      </p>
      <p>{say("waitingPickups", { count: pickups.length })}</p>
      <ul class="waiting" data-testid="waiting-pickups">
        {pickups.map((pickup) => (
          <li key={pickup.redemption_id}>
            {local(pickup.name)}{" "}
            <span class="muted">
              {say("redemptionNumber", { id: String(pickup.redemption_id) })}{" "}
              {say("heldUntil", { when: momentHere(pickup.held_until) })}
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}

const whyFailed = (error: unknown): Stage =>
  endedSession(error) ? { name: "asking" } : { name: "failed", error };

function before({ name, handed_out_at, handed_out_by }: HandedOut): string {
  const goods = { name: local(name), when: momentHere(handed_out_at) };
  return handed_out_by === null
    ? say("handedOutBefore", goods)
    : say("handedOutBeforeBy", { ...goods, by: handed_out_by });
}
