import { useRef, useState } from "preact/hooks";
import { type Offer, ProblemError, type Redemption, type RedemptionPage } from "../../client/api";
import { QuestionDialog } from "../../frame/question-dialog";
import { local } from "../../language";
import { redeem } from "./load";
import { refusalWords } from "./obstacles";
import { keyOf, settle } from "./wishes";
import { say } from "./words";

const REFUSED = 409;
const DONE_WITH_OTHER_ACCOUNT = "urn:wellness:idempotency_key_reused";
const HOURS_A_DAY = 24;

interface RedeemDialogProps {
  offer: Offer;
  spendable: number;
  redemptions: RedemptionPage;
  kept: (mayBeDone: boolean) => void;
  redeemed: (redemption: Redemption) => Promise<void>;
  refused: () => void;
}

/** Asks before points are spent, since most redemptions cannot be undone. */
export function RedeemDialog(props: RedeemDialogProps) {
  const { offer, spendable, redemptions, kept, redeemed, refused } = props;
  const [account, setAccount] = useState("");
  const isDoneBefore = useRef(false);

  const spend = async (close: () => void) => {
    try {
      const key = keyOf(offer.item, redemptions);
      const redemption = await redeem(offer.item, offer.needs_account ? account.trim() : null, key);
      settle(offer.item);
      close();
      await redeemed(redemption);
    } catch (error) {
      if (error instanceof ProblemError) {
        if (error.status === REFUSED) refused();
        // It is looked at once the dialog is closed: until then, each press still means the redemption that was made.
        isDoneBefore.current ||= error.type === DONE_WITH_OTHER_ACCOUNT;
      }
      throw error;
    }
  };

  return (
    <QuestionDialog
      name="redeem"
      question={say("redeemQuestion", { name: local(offer.name) })}
      yes={say("redeemYes")}
      doing={say("redeeming")}
      no={say("redeemNo")}
      act={spend}
      explain={refusalWords}
      perhapsDone={say("perhapsRedeemed")}
      kept={(mayBeDone) => kept(mayBeDone || isDoneBefore.current)}
    >
      <ul>
        <li>
          {say("redeemCosts", { points: offer.price_points, left: spendable - offer.price_points })}
        </li>
        <li>
          {offer.place
            ? say("redeemPickup", {
                place: local(offer.place),
                days: Math.ceil(offer.hold_hours / HOURS_A_DAY),
              })
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
            onInput={(event) => setAccount(event.currentTarget.value)}
          />
        </label>
      )}
    </QuestionDialog>
  );
}
