import { type PlainKey, saying } from "../words";

type Pages = "frame" | "resident";

export type PlainWordKey = PlainKey<Pages>;

/** Of this page. */
export const say = saying<Pages>();
