import type { Cell, Indicator, IndicatorDescription, Zone, Zones } from "../../client/api";
import { number } from "../../format";
import { local } from "../../language";
import { say } from "../../words";
import type { ValueClass } from "./classes";

const NOBODY_COLOUR = "#ffffff";

/** A zone with the figure of the indicator on show; a zone that the API gave no cell for has none. */
export interface ZoneFigure {
  zone: Zone;
  cell: Cell | undefined;
}

export function join(zones: Zones, indicator: Indicator): ZoneFigure[] {
  const cells = new Map(indicator.cells.map((cell) => [cell.zone, cell]));
  return zones.features.map((zone) => ({ zone, cell: cells.get(zone.properties.zone) }));
}

/** Hidden by disclosure control, which is another thing than there being nobody to count. */
export function isHidden(cell: Cell | undefined): boolean {
  return cell?.status === "primary" || cell?.status === "complementary";
}

/** The value where it may be seen, undefined where it is hidden or there is nobody to count. */
export function visibleValue(cell: Cell | undefined): number | undefined {
  // Nought of nobody is no figure: shown as 0 it would look like the greatest need of the city.
  if (!cell || cell.denominator === 0) return undefined;
  return cell.value ?? undefined;
}

/** The colour of the cell's class; undefined for a hidden one, which is hatched instead. */
export function colourOf(
  cell: Cell | undefined,
  classes: readonly ValueClass[],
): string | undefined {
  if (isHidden(cell)) return undefined;
  const value = visibleValue(cell);
  const found = classes.find((candidate) => isWithin(candidate, value));
  return found?.colour ?? NOBODY_COLOUR;
}

function isWithin({ from, to }: ValueClass, value: number | undefined): boolean {
  return value !== undefined && from <= value && value < to;
}

/** Why there is no figure, in words. */
export function absence(cell: Cell | undefined, threshold: number): string {
  switch (cell?.status) {
    case "primary":
      return say("hiddenPrimary", number(threshold));
    case "complementary":
      return say("hiddenComplementary");
    default:
      return say("trueZero");
  }
}

export function zoneName(zone: Zone): string {
  return local(zone.properties.name);
}

/** "63.2%", "5,312歩/日", with the unit as people say it. */
export function withUnit(value: number, indicator: { unit: string }): string {
  return `${plain(value, indicator)}${unitWord(indicator)}`;
}

/** The value without its unit, to as many digits as mean something. */
export function plain(value: number, indicator: { unit: string }): string {
  return number(value, isShare(indicator) ? 1 : 0);
}

export function unitWord({ unit }: { unit: string }): string {
  switch (unit) {
    case "%":
      return "%";
    case "{steps}/d":
      return say("unitStepsPerDay");
    default:
      return ` ${unit}`;
  }
}

/** As short as a label on the map has to be: the legend names the unit. */
export function brief(cell: Cell | undefined, indicator: { unit: string }): string {
  if (isHidden(cell)) return say("hidden");
  const value = visibleValue(cell);
  if (value === undefined) return "–";
  return isShare(indicator) ? withUnit(value, indicator) : plain(value, indicator);
}

/** Shares have a numerator worth showing; means have none. */
export function isShare({ unit }: { unit: string }): boolean {
  return unit === "%";
}

export function heading(description: IndicatorDescription): string {
  return `${local(description.name)} (${unitWord(description).trim()})`;
}
