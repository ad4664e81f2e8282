import type { Today } from "../client/api";
import { momentSeenFrom, number } from "../format";
import { say } from "../words";

interface Row {
  label: string;
  note?: string;
  figures: string;
  unit: string;
  measuredAt: string[];
}

interface Taken {
  value: number;
  at: string;
}

/** The newest of each measure; blood pressure as the pair that people know it by. */
export function Measures({ today }: { today: Today }) {
  const rows = rowsOf(today);
  return (
    <section class="card" aria-labelledby="measures-heading">
      <h2 id="measures-heading">{say("measures")}</h2>
      {rows.length === 0 && <p>{say("noMeasuresYet")}</p>}
      <dl class="measures">
        {rows.map((row) => (
          <div key={row.label}>
            <dt>
              {row.label}
              {row.note && <small>{row.note}</small>}
            </dt>
            <dd>
              <span class="figure">{row.figures}</span> <span class="unit">{row.unit}</span>
              <small>
                {row.measuredAt
                  .map((at) => momentSeenFrom(today.day, at, today.time_zone))
                  .join(" / ")}
              </small>
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

function rowsOf(today: Today): Row[] {
  const rows: Row[] = [];
  const upper = taken(today, "systolic_pressure");
  const lower = taken(today, "diastolic_pressure");
  if (upper && lower)
    rows.push({
      label: say("bloodPressure"),
      note: say("bloodPressureParts"),
      figures: `${number(upper.value)}/${number(lower.value)}`,
      unit: say("unitBloodPressure"),
      // One time for the pair, both when they do not come from one measurement.
      measuredAt: upper.at === lower.at ? [upper.at] : [upper.at, lower.at],
    });
  const heart = taken(today, "heart_rate");
  if (heart)
    rows.push({
      label: say("heartRate"),
      figures: number(heart.value),
      unit: say("unitHeartRate"),
      measuredAt: [heart.at],
    });
  const weight = taken(today, "body_weight");
  if (weight)
    rows.push({
      label: say("bodyWeight"),
      figures: number(weight.value, 1),
      unit: say("unitBodyWeight"),
      measuredAt: [weight.at],
    });
  return rows;
}

function taken(today: Today, metric: string): Taken | undefined {
  const measure = today.measures.find((candidate) => candidate.metric === metric);
  if (measure?.value == null || measure.measured_at == null) return undefined;
  return { value: measure.value, at: measure.measured_at };
}
