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

/** Items with their stock, goods that wait to be picked up, and what the city owes partners. */
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

/** The settlements with the partner before the ones on show. */
export const earlierSettlements = (partner: string, cursor: string): Promise<SettlementPage> =>
  answer(
    api.GET("/v1/settlements/{partner}/made", {
      params: { path: { partner }, query: { cursor } },
    }),
  );

/** Goods that wait to be picked up, the oldest first. */
export const loadPickups = async (): Promise<readonly Pickup[]> =>
  (await answer(api.GET("/v1/pickups"))).items;

/** Goods that wait under the code, or were handed out for it. */
export const pickupsOf = (code: string): Promise<PickupList> =>
  answer(api.GET("/v1/pickups", { params: { query: { code } } }));

export const confirmPickup = (code: string): Promise<HandedOver> =>
  answer(api.POST("/v1/pickups/{code}/confirmation", { params: { path: { code } } }));

/** The sums of the days; asking settles nothing. */
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

/** The address of the settlement's file; the browser downloads it. */
export function fileOf(settlement: Settlement, format: "csv" | "xlsx"): string {
  const { partner, first_day, last_day } = settlement;
  return `/v1/settlements/${partner}?from=${first_day}&to=${last_day}&format=${format}`;
}
