import { useState } from "preact/hooks";
import { answer, api, type Team } from "../../client/api";
import { day } from "../../format";
import { Loaded } from "../../frame/loaded";
import { endedSession } from "../../session";
import { say } from "../words";
import type { Change } from "./change";
import { codeTrouble } from "./code-trouble";
import { NoTeam } from "./no-team";
import "./taking-part.css";

const loadTeam = (): Promise<Change> => answer(api.GET("/v1/me/team"));

/** The resident's team or pair, or the way to one. */
export function TeamCard() {
  return (
    <section class="card taking-part" aria-labelledby="team-heading" data-testid="team">
      <h2 id="team-heading">{say("team")}</h2>
      <Loaded from={loadTeam}>{(first) => <Known first={first} />}</Loaded>
    </section>
  );
}

function Known({ first }: { first: Change }) {
  const [{ team, code }, setChange] = useState(first);
  const [trouble, setTrouble] = useState<unknown>();

  const change = (asked: Promise<Change>) => {
    setTrouble(undefined);
    asked.then(setChange, (error) => {
      if (!endedSession(error)) setTrouble(error);
    });
  };

  return (
    <>
      {code !== undefined && (
        <p class="said" role="status" data-testid="team-code">
          {say("teamCodeIs")} <strong>{code}</strong>
        </p>
      )}
      {team === null ? (
        <NoTeam change={change} />
      ) : (
        <Members
          team={team}
          leave={() => change(answer(api.DELETE("/v1/me/team")).then(() => ({ team: null })))}
        />
      )}
      <p class="said trouble" role="alert">
        {trouble !== undefined && codeTrouble(trouble)}
      </p>
    </>
  );
}

function Members({ team, leave }: { team: Team; leave: () => void }) {
  const [asked, setAsked] = useState(false);
  return (
    <>
      <h3>{team.name}</h3>
      <p>{team.members.join(say("and"))}</p>
      <p>
        {team.steps_this_week === null
          ? say("teamCountsFrom", { day: day(team.counts_from) })
          : say("teamSteps", { steps: team.steps_this_week })}
      </p>
      {asked ? (
        <div class="choice">
          <p>{say("leaveTeamQuestion")}</p>
          <button type="button" class="soft" onClick={() => setAsked(false)}>
            {say("leaveTeamNo")}
          </button>
          <button type="button" class="soft" onClick={leave}>
            {say("leaveTeamYes")}
          </button>
        </div>
      ) : (
        <button type="button" class="soft" onClick={() => setAsked(true)}>
          {say("leaveTeam")}
        </button>
      )}
    </>
  );
}
