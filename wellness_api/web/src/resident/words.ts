import { type PlainKey, saying } from "../words";

type Pages = "frame" | "resident";

export type PlainWordKey = PlainKey<Pages>;

/** The words of this page. */
export const say = saying<Pages>();
