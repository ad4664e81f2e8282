import type { Today } from "../client/api";
import { FIGURES } from "../client/figures";
import { day, dayIn, duration, kilometres, momentSeenFrom, number } from "../format";
import { type PlainWordKey, say } from "./words";

/** A figure with a line, by the table of figures. */
type Line = keyof typeof FIGURES;

interface Shown {
  note?: PlainWordKey;
  unit?: PlainWordKey;
  /** The other half of a pair: one line shows both or neither. */
  over?: Line;
  /**
   * A figure that was added up over a day is shown with the day: minutes as hours and minutes, metres as kilometres.
   */
  ofDay?: "duration" | "kilometres" | "number";
}

const IN_THE_LINE_ABOVE = null;
const BY_THE_NIGHT = null; // The newest night has its own line.

const PRESSURE = { unit: "unitBloodPressure" } as const;
const HOME_PRESSURE = { note: "homePressureBound", ...PRESSURE } as const;

/** How each figure with a line is shown, in this order. A figure without a row here does not compile. */
const SHOWN: Record<Line, Shown | null> = {
  systolic_pressure: { note: "bloodPressureParts", ...PRESSURE, over: "diastolic_pressure" },
  diastolic_pressure: IN_THE_LINE_ABOVE,
  systolic_morning: { ...HOME_PRESSURE, over: "diastolic_morning" },
  diastolic_morning: IN_THE_LINE_ABOVE,
  systolic_evening: { ...HOME_PRESSURE, over: "diastolic_evening" },
  diastolic_evening: IN_THE_LINE_ABOVE,
  heart_rate: { unit: "unitHeartRate" },
  resting_heart_rate: { unit: "unitHeartRate" },
  body_weight: { unit: "unitKilograms" },
  body_fat: { unit: "unitPercent" },
  body_mass_index: {},
  waist: { unit: "unitCentimetres" },
  body_height: { unit: "unitCentimetres" },
  body_temperature: { unit: "unitCelsius" },
  oxygen_saturation: { note: "lowestOfTheDay", unit: "unitPercent" },
  blood_glucose: { unit: "unitBloodGlucose" },
  glucose_in_range: { unit: "unitPercent", ofDay: "number" },
  respiratory_rate: { unit: "unitRespiratoryRate" },
  hrv_sdnn: { note: "sdnn", unit: "unitMilliseconds" },
  hrv_rmssd: { note: "rmssd", unit: "unitMilliseconds" },
  sleep_minutes: BY_THE_NIGHT,
  active_minutes: { note: "ofTheDay", ofDay: "duration" },
  snow_shovelling_minutes: { note: "ofTheDay", ofDay: "duration" },
  distance_walked: { note: "ofTheDay", unit: "unitKilometres", ofDay: "kilometres" },
  floors_climbed: { note: "ofTheDay", unit: "unitFloors", ofDay: "number" },
};

interface Row {
  figure: string;
  label: PlainWordKey;
  note?: PlainWordKey | undefined;
  unit?: PlainWordKey | undefined;
  figures: string;
  when: string;
}

/** The newest value of each measure; blood pressure as the pair that people know. */
export function Measures({ today }: { today: Today }) {
  const rows = [...rowsOf(today), ...nightOf(today)];
  return (
    <section class="card" aria-labelledby="measures-heading">
      <h2 id="measures-heading">{say("measures")}</h2>
      {rows.length === 0 && <p>{say("noMeasuresYet")}</p>}
      <dl class="measures">
        {rows.map(({ figure, label, note, unit, figures, when }) => (
          <div key={figure} data-testid="measure">
            <dt>
              {say(label)}
              {note && <small>{say(note)}</small>}
            </dt>
            <dd>
              <span class="figure">{figures}</span>
              {unit && <span class="unit"> {say(unit)}</span>}
              <small>{when}</small>
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

function rowsOf(today: Today): Row[] {
  const newest = new Map(today.measures.map((measure) => [measure.figure as string, measure]));
  return (Object.entries(SHOWN) as [Line, Shown | null][]).flatMap(([figure, shown]) => {
    if (shown === null) return [];
    const parts = shown.over === undefined ? [figure] : [figure, shown.over];
    const taken = parts.flatMap((part) => newest.get(part) ?? []);
    if (taken.length < parts.length) return [];
    const { digits, pageName: label } = FIGURES[figure];
    const figures = taken.map(({ value }) => shownAs(value, digits, shown.ofDay)).join("/");
    // One time for a pair; both times when the two come from different measurements.
    const times = [...new Set(taken.map((measure) => measure.measured_at))];
    const when = times
      .map((time) =>
        shown.ofDay === undefined
          ? momentSeenFrom(today.day, time, today.time_zone)
          : daySeenFrom(today, dayIn(time, today.time_zone)),
      )
      .join(" / ");
    return { figure, label, note: shown.note, unit: shown.unit, figures, when };
  });
}

function shownAs(value: number, digits: number, ofDay: Shown["ofDay"]): string {
  if (ofDay === "duration") return duration(value);
  if (ofDay === "kilometres") return kilometres(value);
  return number(value, digits);
}

function nightOf(today: Today): Row[] {
  if (today.night === null) return [];
  const { day: morning, minutes } = today.night;
  return [
    {
      figure: "night",
      label: FIGURES.sleep_minutes.pageName,
      note: "lastNight",
      figures: duration(minutes),
      when: daySeenFrom(today, morning),
    },
  ];
}

const daySeenFrom = (today: Today, isoDay: string): string =>
  isoDay === today.day ? say("today") : day(isoDay, today.day);
