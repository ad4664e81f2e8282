import { useState } from "preact/hooks";
import { type Offer, ProblemError, type Redemption } from "../../client/api";
import { number } from "../../format";
import { QuestionDialog } from "../../frame/question-dialog";
import { local } from "../../language";
import { say } from "../../words";
import { redeem } from "./load";
import { refusalWords } from "./obstacles";

const REFUSED = 409;
const HOURS_A_DAY = 24;

interface RedeemDialogProps {
  offer: Offer;
  spendable: number;
  kept: () => void;
  redeemed: (redemption: Redemption) => Promise<void>;
  refused: () => void;
}

/** Asks before points are spent, since most of it cannot be undone. */
export function RedeemDialog({ offer, spendable, kept, redeemed, refused }: RedeemDialogProps) {
  const [account, setAccount] = useState("");
  // One for all tries with the same account: a redemption whose answer got lost is not another one.
  const [key, setKey] = useState(() => crypto.randomUUID());

  const spend = async (close: () => void) => {
    try {
      const redemption = await redeem(offer.item, offer.needs_account ? account.trim() : null, key);
      close();
      await redeemed(redemption);
    } catch (error) {
      if (error instanceof ProblemError && error.status === REFUSED) refused();
      throw error;
    }
  };

  return (
    <QuestionDialog
      name="redeem"
      question={say("redeemQuestion", local(offer.name))}
      yes={say("redeemYes")}
      doing={say("redeeming")}
      no={say("redeemNo")}
      act={spend}
      explain={refusalWords}
      kept={kept}
    >
      <ul>
        <li>
          {say("redeemCosts", number(offer.price_points), number(spendable - offer.price_points))}
        </li>
        <li>
          {offer.place
            ? say(
                "redeemPickup",
                local(offer.place),
                number(Math.ceil(offer.hold_hours / HOURS_A_DAY)),
              )
            : say("redeemFinal")}
        </li>
      </ul>
      {offer.needs_account && (
        <label class="account">
          {say("account")}
          <input
            type="text"
            autocomplete="off"
            autocapitalize="off"
            spellcheck={false}
            data-testid="redeem-account"
            value={account}
            onInput={(event) => {
              setAccount(event.currentTarget.value);
              setKey(crypto.randomUUID());
            }}
          />
        </label>
      )}
    </QuestionDialog>
  );
}
