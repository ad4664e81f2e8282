import { type PlainKey, saying } from "../words";

type Pages = "frame" | "staff";

export type PlainWordKey = PlainKey<Pages>;

/** Of this page. */
export const say = saying<Pages>();
