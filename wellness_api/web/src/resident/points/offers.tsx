import { useState } from "preact/hooks";
import type { Offer, Redemption } from "../../client/api";
import { local } from "../../language";
import type { Points } from "./load";
import { obstacleWords } from "./obstacles";
import { RedeemDialog } from "./redeem-dialog";
import { say } from "./words";

interface OffersProps {
  points: Points;
  redeemed: (redemption: Redemption) => Promise<void>;
  perhapsRedeemed: (item: string) => void;
  refused: () => void;
}

/** Each item with its price, and a button; or the obstacle, where there is one. */
export function Offers({ points, redeemed, perhapsRedeemed, refused }: OffersProps) {
  const { offers, redemptions } = points;
  const [asked, setAsked] = useState<Offer>();
  return (
    <section class="card" aria-labelledby="offers-heading" data-testid="offers">
      <h2 id="offers-heading">{say("whatPointsBuy")}</h2>
      {offers.items.length === 0 && <p>{say("nothingOffered")}</p>}
      <ul class="offers">
        {offers.items.map((offer) => (
          <li key={offer.item} data-testid="offer">
            <h3>{local(offer.name)}</h3>
            <p class="price">{say("pointsShort", { points: offer.price_points })}</p>
            <p>{local(offer.description)}</p>
            {offer.place && <small>{say("pickupAt", { place: local(offer.place) })}</small>}
            {offer.partner && <small>{say("givenBy", { partner: local(offer.partner) })}</small>}
            {offer.obstacle ? (
              <p class="obstacle">{obstacleWords(offer.obstacle)}</p>
            ) : (
              <button type="button" class="primary" onClick={() => setAsked(offer)}>
                {say("redeem")}
                <span class="for-screen-readers"> {local(offer.name)}</span>
              </button>
            )}
          </li>
        ))}
      </ul>
      {asked && (
        <RedeemDialog
          offer={asked}
          spendable={offers.spendable_points}
          redemptions={redemptions}
          kept={(mayBeDone) => {
            setAsked(undefined);
            if (mayBeDone) perhapsRedeemed(asked.item);
          }}
          redeemed={async (redemption) => {
            setAsked(undefined);
            await redeemed(redemption);
          }}
          refused={refused}
        />
      )}
    </section>
  );
}
