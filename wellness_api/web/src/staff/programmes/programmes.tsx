import { answer, api, type Programme } from "../../client/api";
import { fullDay, number } from "../../format";
import { Loaded } from "../../frame/loaded";
import { local } from "../../language";
import { say } from "../words";
import "./programmes.css";

const loadProgrammes = async (): Promise<Programme[]> =>
  (await answer(api.GET("/v1/programmes"))).items;

/** The programmes, in words that a council member can check, with what each has given so far. */
export function Programmes() {
  return (
    <section class="programmes" aria-labelledby="programmes-heading">
      <h2 id="programmes-heading">{say("programmes")}</h2>
      <Loaded from={loadProgrammes}>
        {(programmes) => (
          <>
            {programmes.length === 0 && <p>{say("noProgrammes")}</p>}
            <ul class="programme-list">
              {programmes.map((programme) => (
                <li key={`${programme.code} ${programme.version}`} class="card">
                  <ProgrammeCard programme={programme} />
                </li>
              ))}
            </ul>
          </>
        )}
      </Loaded>
    </section>
  );
}

function ProgrammeCard({ programme }: { programme: Programme }) {
  return (
    <article data-testid="programme">
      <h3>
        {local(programme.name)}{" "}
        <span class="muted">{say("programmeVersion", { version: programme.version })}</span>
      </h3>
      <p class="muted">{inForce(programme)}</p>
      <h4>{say("rules")}</h4>
      <ul class="rules">
        {programme.rules.map((rule) => (
          <li key={rule.code}>{local(rule.text)}</li>
        ))}
      </ul>
      {programme.trust.length > 0 && (
        <>
          <h4>{say("trust")}</h4>
          <ul class="rules" data-testid="trust">
            {programme.trust.map((origin) => (
              <li key={local(origin)}>{local(origin)}</li>
            ))}
          </ul>
        </>
      )}
      <dl class="programme-figures">
        <div>
          <dt>{say("pointsAwarded")}</dt>
          <dd>{number(programme.points_awarded)}</dd>
        </div>
        <div>
          <dt>{say("residentsAwarded")}</dt>
          <dd>{say("people", { count: programme.residents_awarded })}</dd>
        </div>
        <div>
          <dt>{say("lateWindow")}</dt>
          <dd>{say("days", { count: programme.late_window_days })}</dd>
        </div>
      </dl>
    </article>
  );
}

function inForce({ in_force_from, in_force_to }: Programme): string {
  const from = fullDay(in_force_from);
  return in_force_to
    ? say("periodRange", { from, to: fullDay(in_force_to) })
    : say("inForceFrom", { from });
}
