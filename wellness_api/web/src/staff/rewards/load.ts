import {
  answer,
  api,
  type CatalogueItem,
  everyRow,
  type HandedOver,
  type PartnerAccount,
  type Pickup,
  type Pickups as PickupList,
  type Settlement,
  type SettlementPage,
  type SpanSums,
} from "../../client/api";

export interface Rewards {
  items: readonly CatalogueItem[];
  pickups: readonly Pickup[];
  partners: readonly PartnerAccount[];
  lastDayOver: string;
}

/** Items with their stock, what waits to be picked up, and what partners are owed. */
export async function loadRewards(): Promise<Rewards> {
  let lastDayOver = "";
  const [items, pickups, partners] = await Promise.all([
    everyRow((cursor) => answer(api.GET("/v1/catalogue/items", { params: { query: { cursor } } }))),
    loadPickups(),
    everyRow(async (cursor) => {
      const page = await answer(api.GET("/v1/settlements", { params: { query: { cursor } } }));
      lastDayOver = page.last_day_over;
      return page;
    }),
  ]);
  return { items, pickups, partners, lastDayOver };
}

/** The settlements with the partner before those that are shown. */
export const earlierSettlements = (partner: string, cursor: string): Promise<SettlementPage> =>
  answer(
    api.GET("/v1/settlements/{partner}/made", {
      params: { path: { partner }, query: { cursor } },
    }),
  );

/** What waits to be picked up, the oldest first. */
export const loadPickups = async (): Promise<readonly Pickup[]> =>
  (await answer(api.GET("/v1/pickups"))).items;

/** What waits under the code, or was handed out for it. */
export const pickupsOf = (code: string): Promise<PickupList> =>
  answer(api.GET("/v1/pickups", { params: { query: { code } } }));

export const confirmPickup = (code: string): Promise<HandedOver> =>
  answer(api.POST("/v1/pickups/{code}/confirmation", { params: { path: { code } } }));

/** What the days would come to; nothing is settled by asking. */
export const sumOf = (partner: string, from: string, to: string): Promise<SpanSums> =>
  answer(
    api.GET("/v1/settlements/{partner}/sum", {
      params: { path: { partner }, query: { from, to } },
    }),
  );

export const settle = (partner: string, from: string, to: string): Promise<Settlement> =>
  answer(
    api.POST("/v1/settlements/{partner}", { params: { path: { partner } }, body: { from, to } }),
  );

/** Where the settlement's file is; the browser downloads it. */
export function fileOf(settlement: Settlement, format: "csv" | "xlsx"): string {
  const { partner, first_day, last_day } = settlement;
  return `/v1/settlements/${partner}?from=${first_day}&to=${last_day}&format=${format}`;
}
