import type { Cell, Indicator, IndicatorDescription, Zone, Zones } from "../../client/api";
import { number } from "../../format";
import { local } from "../../language";
import { say } from "../../words";
import { isHidden } from "./looks";

/** A zone with the figure of the indicator on show; a zone that the API gave no cell for has none. */
export interface ZoneFigure {
  zone: Zone;
  cell: Cell | undefined;
}

export function join(zones: Zones, indicator: Indicator): ZoneFigure[] {
  const cells = new Map(indicator.cells.map((cell) => [cell.zone, cell]));
  return zones.features.map((zone) => ({ zone, cell: cells.get(zone.properties.zone) }));
}

/** The value where it may be seen, undefined where it is hidden or there is nobody to count. */
export function visibleValue(cell: Cell | undefined): number | undefined {
  return cell?.value ?? undefined;
}

/** Why there is no figure, in words. */
export function absence(cell: Cell | undefined, threshold: number): string {
  switch (cell?.status) {
    case undefined:
      return say("notWorkedOutYet");
    case "primary":
      return say("hiddenPrimary", number(threshold));
    case "primary_rest":
      return say("hiddenPrimaryRest", number(threshold));
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

/** "63%", "5,300歩/日", with the unit as people say it. */
export function withUnit(value: number, indicator: { unit: string }): string {
  return `${number(value)}${unitWord(indicator)}`;
}

/** The 95% interval, as "52〜68" or "52 to 68". */
export function intervalOf(cell: Cell | undefined): string {
  const interval = cell?.interval;
  return interval ? say("periodRange", number(interval.lower), number(interval.upper)) : "";
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
  return isShare(indicator) ? withUnit(value, indicator) : number(value);
}

/** Shares have a numerator worth showing; means have none. */
export function isShare({ unit }: { unit: string }): boolean {
  return unit === "%";
}

export function heading(description: IndicatorDescription): string {
  return `${local(description.name)} (${unitWord(description).trim()})`;
}
