import { type PlainKey, saying } from "../../words";

/** Sources and units have the words of the page of one's data. */
type Pages = "frame" | "my-data" | "day";

export type PlainWordKey = PlainKey<Pages>;

/** The words of this page. */
export const say = saying<Pages>();
