import type { Cell } from "../../client/api";
import type { PlainWordKey } from "../words";

/** How a zone looks: how it compares with the rest of the city, or that it has no figure to show. */
export type Look = "worse" | "notDifferent" | "better" | "hidden" | "noData";

interface Appearance {
  /** The fill on a screen; hidden zones are hatched instead. */
  colour: string;
  word: PlainWordKey;
}

/**
 * In the order of the legend. Orange and blue can be distinguished with every kind of colour blindness, and they
 * differ in lightness; on paper each also has its own pattern. Only findings have a colour: grey is no finding.
 */
export const LOOKS: Record<Look, Appearance> = {
  worse: { colour: "#b35806", word: "worseThanRest" },
  notDifferent: { colour: "#dedae3", word: "notToldApart" },
  better: { colour: "#8dbbe0", word: "betterThanRest" },
  hidden: { colour: "#e2e0e4", word: "hidden" },
  noData: { colour: "#ffffff", word: "nobodyWithData" },
};

export const lookNames = Object.keys(LOOKS) as Look[];

/**
 * Whose labels stay where there is no room for all: first the findings, then the other figures, then zones without a
 * figure.
 */
const LABELLED_FIRST: readonly Look[] = ["worse", "better", "notDifferent", "noData", "hidden"];

/** Lower for labels that should be read before others. */
export const labelRank = (look: Look): number => LABELLED_FIRST.indexOf(look);

/** Hidden by disclosure control. This differs from a zone with nobody to count. */
export function isHidden(cell: Cell | undefined): boolean {
  switch (cell?.status) {
    case "primary":
    case "primary_rest":
    case "complementary":
    case "linked":
      return true;
    default:
      return false;
  }
}

export function lookOf(cell: Cell | undefined): Look {
  if (isHidden(cell)) return "hidden";
  if (cell?.value == null) return "noData";
  switch (cell.comparison) {
    case "better":
    case "worse":
      return cell.comparison;
    default:
      return "notDifferent";
  }
}

/** The class of a swatch with this look, and its colour. */
export const swatchOf = (look: Look): { class: string; style: { backgroundColor?: string } } => ({
  class: `swatch ${look}`,
  style: look === "hidden" ? {} : { backgroundColor: LOOKS[look].colour },
});
