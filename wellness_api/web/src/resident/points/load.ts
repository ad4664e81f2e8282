import { answer, api, type Offers, type Redemption, type RedemptionPage } from "../../client/api";
import { settleSeen } from "./wishes";

const REDEMPTIONS_SHOWN = 100;

export interface Points {
  offers: Offers;
  redemptions: RedemptionPage;
}

/** The present offers, and the resident's redemptions. */
export async function loadPoints(): Promise<Points> {
  const [offers, redemptions] = await Promise.all([
    answer(api.GET("/v1/reward-items")),
    answer(api.GET("/v1/me/redemptions", { params: { query: { limit: REDEMPTIONS_SHOWN } } })),
  ]);
  settleSeen(redemptions);
  return { offers, redemptions };
}

/** Redeems one item. The same key requests the same redemption, so points are spent once however often it is sent. */
export const redeem = (item: string, account: string | null, key: string): Promise<Redemption> =>
  answer(
    api.POST("/v1/me/redemptions", {
      params: { header: { "Idempotency-Key": key } },
      body: { item, account, confirm: true },
    }),
  );

export const cancel = (redemptionId: number): Promise<Redemption> =>
  answer(
    api.POST("/v1/me/redemptions/{redemption_id}/cancellation", {
      params: { path: { redemption_id: redemptionId } },
    }),
  );
