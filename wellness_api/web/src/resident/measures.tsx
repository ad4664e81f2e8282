import type { MetricCode, Today } from "../client/api";
import { day, dayIn, duration, momentSeenFrom, number } from "../format";
import { type PlainWordKey, say } from "./words";

interface Shown {
  label: PlainWordKey;
  note?: PlainWordKey;
  unit?: PlainWordKey;
  digits: number;
  /** The other half of a pair: both are shown in one line, or neither. */
  over?: MetricCode;
  /** Minutes that were added up over a day: shown as hours and minutes, with the day. */
  asDuration?: true;
}

const IN_THE_LINE_ABOVE = null;
const COUNTED_BY_THE_MINUTE = null; // What is counted has its own place, as the steps do, or none yet.
const COUNTED_IN_THE_DAY = null; // A counter's reading; what it counts is the metric that it is the total of.
const ANSWERED = null; // How a measure was taken, or an answer: no figure to show.
const ATTENDED = null; // That someone came somewhere is no measurement.

/** How each metric is shown, in this order. A metric without a row here does not compile. */
const SHOWN: Record<MetricCode, Shown | null> = {
  systolic_pressure: {
    label: "bloodPressure",
    note: "bloodPressureParts",
    unit: "unitBloodPressure",
    digits: 0,
    over: "diastolic_pressure",
  },
  diastolic_pressure: IN_THE_LINE_ABOVE,
  heart_rate: { label: "heartRate", unit: "unitHeartRate", digits: 0 },
  resting_heart_rate: { label: "restingHeartRate", unit: "unitHeartRate", digits: 0 },
  body_weight: { label: "bodyWeight", unit: "unitKilograms", digits: 1 },
  body_fat: { label: "bodyFat", unit: "unitPercent", digits: 1 },
  body_mass_index: { label: "bodyMassIndex", digits: 1 },
  waist: { label: "waist", unit: "unitCentimetres", digits: 1 },
  body_height: { label: "bodyHeight", unit: "unitCentimetres", digits: 1 },
  body_temperature: { label: "bodyTemperature", unit: "unitCelsius", digits: 1 },
  oxygen_saturation: {
    label: "oxygenSaturation",
    note: "lowestOfTheDay",
    unit: "unitPercent",
    digits: 0,
  },
  blood_glucose: { label: "bloodGlucose", unit: "unitBloodGlucose", digits: 0 },
  respiratory_rate: { label: "respiratoryRate", unit: "unitRespiratoryRate", digits: 0 },
  hrv_sdnn: { label: "heartRateVariability", note: "sdnn", unit: "unitMilliseconds", digits: 0 },
  hrv_rmssd: { label: "heartRateVariability", note: "rmssd", unit: "unitMilliseconds", digits: 0 },
  sleep_minutes: { label: "sleep", note: "ofTheDay", digits: 0, asDuration: true },
  active_minutes: { label: "exercise", note: "ofTheDay", digits: 0, asDuration: true },
  snow_shovelling_minutes: {
    label: "snowShovelling",
    note: "ofTheDay",
    digits: 0,
    asDuration: true,
  },
  steps: COUNTED_BY_THE_MINUTE,
  distance_walked: COUNTED_BY_THE_MINUTE,
  floors_climbed: COUNTED_BY_THE_MINUTE,
  active_energy: COUNTED_BY_THE_MINUTE,
  basal_energy: COUNTED_BY_THE_MINUTE,
  light_sleep_minutes: COUNTED_BY_THE_MINUTE,
  deep_sleep_minutes: COUNTED_BY_THE_MINUTE,
  rem_sleep_minutes: COUNTED_BY_THE_MINUTE,
  awake_in_bed_minutes: COUNTED_BY_THE_MINUTE,
  walking_minutes: COUNTED_BY_THE_MINUTE,
  running_minutes: COUNTED_BY_THE_MINUTE,
  cycling_minutes: COUNTED_BY_THE_MINUTE,
  swimming_minutes: COUNTED_BY_THE_MINUTE,
  skiing_minutes: COUNTED_BY_THE_MINUTE,
  strength_minutes: COUNTED_BY_THE_MINUTE,
  indoor_exercise_minutes: COUNTED_BY_THE_MINUTE,
  steps_day_total: COUNTED_IN_THE_DAY,
  distance_walked_day_total: COUNTED_IN_THE_DAY,
  floors_climbed_day_total: COUNTED_IN_THE_DAY,
  active_energy_day_total: COUNTED_IN_THE_DAY,
  blood_pressure_posture: ANSWERED,
  blood_pressure_site: ANSWERED,
  glucose_meal_relation: ANSWERED,
  exercise_habit: ANSWERED,
  daily_walking_habit: ANSWERED,
  fast_walking: ANSWERED,
  rested_by_sleep: ANSWERED,
  stage_of_change: ANSWERED,
  checkup_attended: ATTENDED,
  class_attended: ATTENDED,
  paper_card_days: ATTENDED,
};

interface Row {
  metric: string;
  shown: Shown;
  figures: string;
  when: string;
}

/** The newest of each measure; blood pressure as the pair that people know it by. */
export function Measures({ today }: { today: Today }) {
  const rows = rowsOf(today);
  return (
    <section class="card" aria-labelledby="measures-heading">
      <h2 id="measures-heading">{say("measures")}</h2>
      {rows.length === 0 && <p>{say("noMeasuresYet")}</p>}
      <dl class="measures">
        {rows.map(({ metric, shown, figures, when }) => (
          <div key={metric} data-testid="measure">
            <dt>
              {say(shown.label)}
              {shown.note && <small>{say(shown.note)}</small>}
            </dt>
            <dd>
              <span class="figure">{figures}</span>
              {shown.unit && <span class="unit"> {say(shown.unit)}</span>}
              <small>{when}</small>
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

function rowsOf(today: Today): Row[] {
  const newest = new Map(today.measures.map((measure) => [measure.metric as string, measure]));
  return Object.entries(SHOWN).flatMap(([metric, shown]) => {
    if (shown === null) return [];
    const parts = shown.over === undefined ? [metric] : [metric, shown.over];
    const taken = parts.flatMap((part) => newest.get(part) ?? []);
    if (taken.length < parts.length) return [];
    const figures = taken
      .map(({ value }) => (shown.asDuration ? duration(value) : number(value, shown.digits)))
      .join("/");
    // One time for a pair, both when they do not come from one measurement.
    const times = [...new Set(taken.map((measure) => measure.measured_at))];
    const when = times
      .map((at) =>
        shown.asDuration ? daySeenFrom(today, at) : momentSeenFrom(today.day, at, today.time_zone),
      )
      .join(" / ");
    return { metric, shown, figures, when };
  });
}

function daySeenFrom(today: Today, rfc3339: string): string {
  const measured = dayIn(rfc3339, today.time_zone);
  return measured === today.day ? say("today") : day(measured);
}
