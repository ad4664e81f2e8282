import { type PlainKey, saying } from "../../words";

type Pages = "frame" | "my-data";

export type PlainWordKey = PlainKey<Pages>;

/** The words of this page. */
export const say = saying<Pages>();
