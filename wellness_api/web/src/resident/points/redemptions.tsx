import type { RefObject } from "preact";
import { useState } from "preact/hooks";
import type { Redemption } from "../../client/api";
import { momentHere } from "../../format";
import { useOpenOnPaper } from "../../frame/open-on-paper";
import { local } from "../../language";
import { CancelDialog } from "./cancel-dialog";
import { type PlainWordKey, say } from "./words";

const STATE_WORDS: Record<Redemption["state"], PlainWordKey> = {
  held: "stateHeld",
  confirmed: "stateConfirmed",
  cancelled: "stateCancelled",
  lapsed: "stateLapsed",
};

/**
 * So that the offers stay in sight for residents who redeem often. What waits is always shown: the resident stands at
 * a counter.
 */
const SHOWN_AT_ONCE = 3;

/** What became of the last request; unknown when its reply was lost and looking again failed too. */
export type Outcome =
  | { name: "redeemed" | "cancelled"; redemption: Redemption }
  | { name: "unknown"; words: PlainWordKey };

interface RedemptionsProps {
  redemptions: readonly Redemption[];
  outcome: Outcome | undefined;
  heading: RefObject<HTMLHeadingElement | null>;
  cancelled: (redemption: Redemption) => Promise<void>;
  perhapsCancelled: (redemption: Redemption) => void;
}

/** What points were used for, newest first, each with the code to show or to enter. */
export function Redemptions(props: RedemptionsProps) {
  const { redemptions, outcome, heading, cancelled, perhapsCancelled } = props;
  const [asked, setAsked] = useState<Redemption>();
  const further = useOpenOnPaper();
  const isInSight = (redemption: Redemption, place: number) =>
    place < SHOWN_AT_ONCE || redemption.state === "held";
  const inSight = redemptions.filter(isInSight);
  const earlier = redemptions.filter((redemption, place) => !isInSight(redemption, place));
  return (
    <section class="card" aria-labelledby="redemptions-heading" data-testid="redemptions">
      <h2 id="redemptions-heading" ref={heading} tabIndex={-1}>
        {say("myRedemptions")}
      </h2>
      <p class="outcome" role="status">
        {outcome && outcome.name !== "unknown" && outcomeWords(outcome)}
      </p>
      <p class="trouble" role="alert">
        {outcome?.name === "unknown" && say(outcome.words)}
      </p>
      {redemptions.length === 0 && <p>{say("noRedemptions")}</p>}
      <List redemptions={inSight} cancel={setAsked} />
      {earlier.length > 0 && (
        <details ref={further} data-testid="earlier-redemptions">
          <summary>{say("earlierRedemptions")}</summary>
          <List redemptions={earlier} cancel={setAsked} />
        </details>
      )}
      {asked && (
        <CancelDialog
          redemption={asked}
          kept={(mayBeOld) => {
            setAsked(undefined);
            if (mayBeOld) perhapsCancelled(asked);
          }}
          cancelled={async (redemption) => {
            setAsked(undefined);
            await cancelled(redemption);
          }}
        />
      )}
    </section>
  );
}

function outcomeWords({ name, redemption }: Outcome & { redemption: Redemption }): string {
  const what = local(redemption.name);
  return name === "redeemed"
    ? say("redeemed", { name: what })
    : say("cancelled", { name: what, points: redemption.points });
}

interface ListProps {
  redemptions: readonly Redemption[];
  cancel: (redemption: Redemption) => void;
}

function List({ redemptions, cancel }: ListProps) {
  return (
    <ul class="redemptions">
      {redemptions.map((redemption) => (
        <li key={redemption.redemption_id} data-testid="redemption">
          <One redemption={redemption} cancel={() => cancel(redemption)} />
        </li>
      ))}
    </ul>
  );
}

function One({ redemption, cancel }: { redemption: Redemption; cancel: () => void }) {
  const { state, voucher_code, pickup_code, held_until, place } = redemption;
  return (
    <>
      <h3>{local(redemption.name)}</h3>
      <p class="state">
        <strong>{say(stateWord(redemption))}</strong>{" "}
        {say("pointsShort", { points: redemption.points })}
      </p>
      {voucher_code && <Code label={say("voucherCode")} code={voucher_code} />}
      {pickup_code && <Code label={say("pickupCode")} code={pickup_code} />}
      {state === "held" && place && <p>{say("pickupAt", { place: local(place) })}</p>}
      {held_until && place && <small>{say("heldUntil", { when: momentHere(held_until) })}</small>}
      <small>
        {say("redemptionNumber", { id: String(redemption.redemption_id) })}{" "}
        {momentHere(redemption.begun_at)}
      </small>
      {state === "held" && (
        <button type="button" class="soft" onClick={cancel}>
          {say("cancelRedemption")}
          <span class="for-screen-readers"> {local(redemption.name)}</span>
        </button>
      )}
    </>
  );
}

/** Goods that are picked up at a place have their own words; every other redemption is held until it is confirmed. */
function stateWord({ state, place }: Redemption): PlainWordKey {
  if (state === "confirmed" && place) return "statePickedUp";
  if (state === "held" && !place) return "stateUnderWay";
  return STATE_WORDS[state];
}

function Code({ label, code }: { label: string; code: string }) {
  return (
    <p class="code">
      <small>{label}</small>
      <strong translate={false} data-testid="code">
        {code}
      </strong>
    </p>
  );
}
