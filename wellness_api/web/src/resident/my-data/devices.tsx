import { useRef, useState } from "preact/hooks";
import { day, fullDay } from "../../format";
import { local } from "../../language";
import { DeleteDialog } from "./delete-dialog";
import type { Device } from "./device";
import type { MyData } from "./load";
import { SourceLabel } from "./source-label";
import { sourceName } from "./source-name";
import { say } from "./words";

/** Every source of samples, and the way to delete everything that it sent. */
export function Devices({ data, deleted }: { data: MyData; deleted: () => Promise<void> }) {
  const [asked, setAsked] = useState<Device>();
  const [gone, setGone] = useState<string>();
  const heading = useRef<HTMLHeadingElement>(null);
  const devices = devicesOf(data);

  return (
    <section class="card" aria-labelledby="devices-heading" data-testid="devices">
      <h2 id="devices-heading" ref={heading} tabIndex={-1}>
        {say("devices")}
      </h2>
      <p>{say(devices.length > 0 ? "devicesHelp" : "noDevices")}</p>
      <p class="outcome" role="status">
        {gone !== undefined && say("deleted", { source: gone })}
      </p>
      <ul class="devices">
        {devices.map((device) => (
          <li key={device.source} data-testid="device">
            <SourceLabel source={device.source} venue={device.venue} note={noteOf(device)} />
            <button
              type="button"
              class="soft"
              onClick={() => {
                setGone(undefined);
                setAsked(device);
              }}
            >
              {say("deleteRecords")}
              <span class="for-screen-readers"> {device.name}</span>
            </button>
          </li>
        ))}
      </ul>
      {asked !== undefined && (
        <DeleteDialog
          device={asked}
          kept={() => setAsked(undefined)}
          deleted={async () => {
            await deleted();
            setAsked(undefined);
            setGone(asked.name);
            // The button that had the focus is gone together with its device.
            heading.current?.focus();
          }}
        />
      )}
    </section>
  );
}

/** When something last came. For a hall or counter, which records on a few days of a year, also what it recorded. */
function noteOf({ venue, recorded, lastDay }: Device): string {
  if (venue === null) return say("lastRecord", { day: day(lastDay) });
  return say("venueRecords", { what: recorded.join(say("and")), day: fullDay(lastDay) });
}

/** Each source with what it sent, the latest first. */
function devicesOf(data: MyData): Device[] {
  const devices = new Map<string, Device>();
  for (const { metric, sources } of data.sources) {
    const about = data.metrics.get(metric);
    const recorded = about ? [local(about.name)] : [];
    for (const { source, venue, first_day, last_day } of sources) {
      const known = devices.get(source);
      devices.set(source, {
        source,
        name: sourceName(source, venue),
        venue,
        recorded: [...(known?.recorded ?? []), ...recorded],
        firstDay: known && known.firstDay < first_day ? known.firstDay : first_day,
        lastDay: known && known.lastDay > last_day ? known.lastDay : last_day,
      });
    }
  }
  return [...devices.values()].sort((one, other) => other.lastDay.localeCompare(one.lastDay));
}
