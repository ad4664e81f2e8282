import { type PlainKey, saying } from "../../words";

type Pages = "frame" | "use-points";

export type PlainWordKey = PlainKey<Pages>;

/** Of this page. */
export const say = saying<Pages>();
