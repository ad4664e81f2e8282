import { useEffect, useRef, useState } from "preact/hooks";
import { type Offer, ProblemError, type Redemption } from "../../client/api";
import { number } from "../../format";
import { local } from "../../language";
import { endedSession } from "../../session";
import { say } from "../../words";
import { redeem } from "./load";
import { refusalWords } from "./obstacles";

type Stage = { name: "asking" } | { name: "redeeming" } | { name: "failed"; error: unknown };

interface RedeemDialogProps {
  offer: Offer;
  spendable: number;
  kept: () => void;
  redeemed: (redemption: Redemption) => Promise<void>;
  refused: () => void;
}

/** Asks before points are spent, since most of it cannot be undone. */
export function RedeemDialog({ offer, spendable, kept, redeemed, refused }: RedeemDialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const keepButton = useRef<HTMLButtonElement>(null);
  const [stage, setStage] = useState<Stage>({ name: "asking" });
  const [account, setAccount] = useState("");
  // One for all tries with the same account: a redemption whose answer got lost is not another one.
  const [key, setKey] = useState(() => crypto.randomUUID());
  const busy = stage.name === "redeeming";

  useEffect(() => {
    dialog.current?.showModal();
    keepButton.current?.focus(); // What a hasty press of Enter meets must do no harm.
  }, []);

  const spend = () => {
    if (busy) return;
    setStage({ name: "redeeming" });
    redeem(offer.item, offer.needs_account ? account.trim() : null, key)
      .then((redemption) => {
        dialog.current?.close();
        return redeemed(redemption);
      })
      .catch((error) => {
        if (endedSession(error)) return;
        setStage({ name: "failed", error });
        if (error instanceof ProblemError && error.status === 409) refused();
        // Escape pressed twice closes a dialog whatever is under way; what went wrong is to be seen.
        if (!dialog.current?.open) dialog.current?.showModal();
      });
  };

  return (
    <dialog
      ref={dialog}
      class="question"
      aria-labelledby="redeem-heading"
      aria-describedby="redeem-what"
      data-testid="redeem-dialog"
      onCancel={(event) => {
        event.preventDefault(); // Closed below, and not while the redemption is under way.
        if (!busy) dialog.current?.close();
      }}
      onClose={() => {
        if (!busy) kept();
      }}
    >
      <h2 id="redeem-heading">{say("redeemQuestion", local(offer.name))}</h2>
      <ul id="redeem-what">
        <li>
          {say("redeemCosts", number(offer.price_points), number(spendable - offer.price_points))}
        </li>
        <li>
          {offer.place
            ? say("redeemPickup", local(offer.place), number(Math.ceil(offer.hold_hours / 24)))
            : say("redeemFinal")}
        </li>
      </ul>
      {offer.needs_account && (
        <label class="account">
          {say("account")}
          <input
            type="text"
            autocomplete="off"
            maxLength={40}
            data-testid="redeem-account"
            value={account}
            onInput={(event) => {
              setAccount(event.currentTarget.value);
              setKey(crypto.randomUUID());
            }}
          />
        </label>
      )}
      {stage.name === "failed" && (
        <p class="trouble" role="alert">
          {refusalWords(stage.error)}
        </p>
      )}
      <div class="answers">
        <button
          ref={keepButton}
          type="button"
          class="soft"
          data-testid="redeem-no"
          aria-disabled={busy}
          onClick={() => {
            if (!busy) dialog.current?.close();
          }}
        >
          {say("redeemNo")}
        </button>
        <button
          type="button"
          class="primary"
          data-testid="redeem-yes"
          aria-disabled={busy}
          onClick={spend}
        >
          {say(busy ? "redeeming" : "redeemYes")}
        </button>
      </div>
    </dialog>
  );
}
