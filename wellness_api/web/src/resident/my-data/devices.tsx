import { useRef, useState } from "preact/hooks";
import { day, number } from "../../format";
import { say } from "../../words";
import { DeleteDialog } from "./delete-dialog";
import type { MyData } from "./load";
import { SourceLabel } from "./source-label";
import { sourceName } from "./source-name";

/** Every source that samples came from, and the way to delete all that it sent. */
export function Devices({ data, deleted }: { data: MyData; deleted: () => Promise<void> }) {
  const [asked, setAsked] = useState<string>();
  const [gone, setGone] = useState<{ source: string; samples: number }>();
  const heading = useRef<HTMLHeadingElement>(null);
  const devices = devicesOf(data);

  return (
    <section class="card" aria-labelledby="devices-heading" data-testid="devices">
      <h2 id="devices-heading" ref={heading} tabIndex={-1}>
        {say("devices")}
      </h2>
      <p>{say(devices.length > 0 ? "devicesHelp" : "noDevices")}</p>
      <p class="outcome" role="status">
        {gone && say("deleted", sourceName(gone.source), number(gone.samples))}
      </p>
      <ul class="devices">
        {devices.map(([source, lastDay]) => (
          <li key={source} data-testid="device">
            <SourceLabel source={source} note={say("lastRecord", day(lastDay))} />
            <button
              type="button"
              class="soft"
              onClick={() => {
                setGone(undefined);
                setAsked(source);
              }}
            >
              {say("deleteRecords")}
              <span class="for-screen-readers"> {sourceName(source)}</span>
            </button>
          </li>
        ))}
      </ul>
      {asked !== undefined && (
        <DeleteDialog
          source={asked}
          kept={() => setAsked(undefined)}
          deleted={async (samples) => {
            await deleted();
            setAsked(undefined);
            setGone({ source: asked, samples });
            // The button that had the focus is gone with its device.
            heading.current?.focus();
          }}
        />
      )}
    </section>
  );
}

/** Each source with the last day of its samples, the latest first. */
function devicesOf(data: MyData): [source: string, lastDay: string][] {
  const lastDays = new Map<string, string>();
  for (const { source, last_day } of data.sources.flatMap(({ sources }) => sources)) {
    const known = lastDays.get(source);
    if (known === undefined || known < last_day) lastDays.set(source, last_day);
  }
  return [...lastDays].sort(([, one], [, other]) => other.localeCompare(one));
}
