import { local } from "../../language";
import type { MyData } from "./load";
import { type Told, toldApart } from "./source-name";

/** A source of samples. `venue`: the name of a hall or counter; `recorded`: what it recorded, in words. */
export interface Device {
  source: string;
  venue: string | null;
  recorded: readonly string[];
  firstDay: string;
  lastDay: string;
}

/** Each source with what it sent, the latest first. */
export function devicesOf(data: MyData): Device[] {
  const devices = new Map<string, Device>();
  for (const { metric, sources } of data.sources) {
    const about = data.metrics.get(metric);
    const recorded = about ? [local(about.name)] : [];
    for (const { source, venue, first_day, last_day } of sources) {
      const known = devices.get(source);
      devices.set(source, {
        source,
        venue,
        recorded: [...(known?.recorded ?? []), ...recorded],
        firstDay: known && known.firstDay < first_day ? known.firstDay : first_day,
        lastDay: known && known.lastDay > last_day ? known.lastDay : last_day,
      });
    }
  }
  return [...devices.values()].sort((one, other) => other.lastDay.localeCompare(one.lastDay));
}

/** How each source is told on this page: by the same name in every list of it. */
export function toldOnPage(data: MyData): ReadonlyMap<string, Told> {
  const devices = devicesOf(data);
  const known = new Set(devices.map(({ source }) => source));
  const flagged = new Set(data.flagged.items.map(({ source }) => source));
  return toldApart([
    ...devices,
    ...[...flagged].filter((source) => !known.has(source)).map((source) => ({ source })),
  ]);
}
