import type { Cell, Indicator, IndicatorDescription, Zone, Zones } from "../../client/api";
import { number } from "../../format";
import { local } from "../../language";
import { say } from "../words";
import { isHidden } from "./looks";

/** A zone with the figure of the indicator on show. A zone without a cell from the API has none. */
export interface ZoneFigure {
  zone: Zone;
  cell: Cell | undefined;
}

export function join(zones: Zones, indicator: Indicator): ZoneFigure[] {
  const cells = new Map(indicator.cells.map((cell) => [cell.zone, cell]));
  return zones.features.map((zone) => ({ zone, cell: cells.get(zone.properties.zone) }));
}

/** The value where it may be seen; undefined where it is hidden or there is nobody to count. */
export function visibleValue(cell: Cell | undefined): number | undefined {
  return cell?.value ?? undefined;
}

/** Why there is no figure, in words. For a share, those who are counted are too few, not those who might be. */
export function absence(
  cell: Cell | undefined,
  { threshold, unit }: Pick<Indicator, "threshold" | "unit">,
): string {
  switch (cell?.status) {
    case undefined:
      return say("notWorkedOutYet");
    case "primary":
      return say(isShare({ unit }) ? "hiddenPrimaryCount" : "hiddenPrimary", { threshold });
    case "primary_rest":
      return say("hiddenPrimaryRest", { threshold });
    case "complementary":
      return say("hiddenComplementary");
    case "linked":
      return say("hiddenLinked");
    case "no_data":
      return `– ${say("nobodyWithData")}`;
    case "shown":
    case "true_zero":
      throw new Error(`the cell of ${cell.zone} has a figure`);
  }
}

export function zoneName(zone: Zone): string {
  return local(zone.properties.name);
}

const FINE_BELOW = 10; // As the API rounds: percentages below it have a tenth.

/** "63", "0.8", "5,300". */
export function figure(value: number, indicator: { unit: string }): string {
  return number(value, isShare(indicator) && value > 0 && value < FINE_BELOW ? 1 : 0);
}

/** "63%", "5,300歩/日", with the unit in everyday words. */
export function withUnit(value: number, indicator: { unit: string }): string {
  return `${figure(value, indicator)}${unitWord(indicator)}`;
}

/** The 95% interval, as "52〜68" or "52–68". */
export function intervalOf(cell: Cell | undefined, indicator: { unit: string }): string {
  const interval = cell?.interval;
  if (!interval) return "";
  return say("interval", {
    lower: figure(interval.lower, indicator),
    upper: figure(interval.upper, indicator),
  });
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
  return isShare(indicator) ? withUnit(value, indicator) : figure(value, indicator);
}

/** A share has a numerator worth showing; a mean has none. */
export function isShare({ unit }: { unit: string }): boolean {
  return unit === "%";
}

export function heading(description: IndicatorDescription): string {
  return `${local(description.name)} (${unitWord(description).trim()})`;
}
