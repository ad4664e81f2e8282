import { type PlainKey, saying } from "../../words";

/** Sources and units are said as on the page of one's data. */
type Pages = "frame" | "my-data" | "day";

export type PlainWordKey = PlainKey<Pages>;

/** Of this page. */
export const say = saying<Pages>();
