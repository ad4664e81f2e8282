import { useRef, useState } from "preact/hooks";
import { day, fullDay } from "../../format";
import { DeleteDialog } from "./delete-dialog";
import { type Device, devicesOf } from "./device";
import type { MyData } from "./load";
import { SourceLabel } from "./source-label";
import type { Told } from "./source-name";
import { say } from "./words";

interface DevicesProps {
  data: MyData;
  told: ReadonlyMap<string, Told>;
  deleted: () => Promise<void>;
}

/** Every source of samples, and the way to delete everything that it sent. */
export function Devices({ data, told, deleted }: DevicesProps) {
  const [asked, setAsked] = useState<Device>();
  const [gone, setGone] = useState<string>();
  const heading = useRef<HTMLHeadingElement>(null);
  const devices = devicesOf(data);
  const nameOf = (device: Device): string => told.get(device.source)?.name ?? device.source;

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
            <SourceLabel
              source={device.source}
              told={told.get(device.source)}
              note={noteOf(device, data.today.day)}
            />
            <button
              type="button"
              class="soft"
              onClick={() => {
                setGone(undefined);
                setAsked(device);
              }}
            >
              {say("deleteRecords")}
              <span class="for-screen-readers"> {nameOf(device)}</span>
            </button>
          </li>
        ))}
      </ul>
      {asked !== undefined && (
        <DeleteDialog
          device={asked}
          name={nameOf(asked)}
          kept={() => setAsked(undefined)}
          deleted={async () => {
            await deleted();
            setAsked(undefined);
            setGone(nameOf(asked));
            // The button that had the focus is gone together with its device.
            heading.current?.focus();
          }}
        />
      )}
    </section>
  );
}

/** When something last came. For a hall or counter, which records on a few days of a year, also what it recorded. */
function noteOf({ venue, recorded, lastDay }: Device, today: string): string {
  if (venue === null) return say("lastRecord", { day: day(lastDay, today) });
  return say("venueRecords", { what: recorded.join(say("and")), day: fullDay(lastDay) });
}
