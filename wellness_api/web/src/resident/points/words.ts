import { type PlainKey, saying } from "../../words";

type Pages = "frame" | "use-points";

export type PlainWordKey = PlainKey<Pages>;

/** The words of this page. */
export const say = saying<Pages>();
