import { useEffect, useState } from "preact/hooks";
import { answer, api, type Today } from "../client/api";
import { Header } from "../frame/header";
import { Loaded } from "../frame/loaded";
import { local } from "../language";
import { me } from "../session";
import { Entries } from "./entries";
import { LeftOut } from "./left-out";
import { followToday } from "./live";
import { Measures } from "./measures";
import { OwnDraws } from "./own-draws";
import { Steps } from "./steps";
import { ClassCode } from "./taking-part/class-code";
import { TeamCard } from "./taking-part/team";
import { WalletFigures } from "./wallet-figures";
import { Week } from "./week";
import { say } from "./words";
import "./resident.css";

const loadToday = (): Promise<Today> => answer(api.GET("/v1/me/today"));

/** What a resident sees: the day so far, what it earned, and why. */
export function ResidentPage() {
  return (
    <>
      <Header title={say("greeting", { name: me.value?.display_name ?? "" })} page={say("today")} />
      <main class="resident">
        <Loaded from={loadToday}>{(today) => <Day first={today} />}</Loaded>
      </main>
    </>
  );
}

function Day({ first }: { first: Today }) {
  const [today, setToday] = useState(first);
  const [connected, setConnected] = useState(true);
  useEffect(() => followToday({ heard: setToday, connected: setConnected }), []);

  return (
    <>
      <div class="column">
        <Steps today={today} />
        {today.missed_prizes.map((missed) => (
          <p class="card on-the-way" key={local(missed.reason)} data-testid="missed-prize">
            {local(missed.reason)}
          </p>
        ))}
        <WalletFigures today={today} posted={postedMark(today)} />
        <Week week={today.week} not_taking_part={today.not_taking_part} />
        <LeftOut leftOut={today.left_out} />
      </div>
      <div class="column">
        <Measures today={today} />
        <ClassCode />
        <TeamCard />
        <a class="card to-my-data" href="/use-points" data-testid="to-use-points">
          <strong>{say("usePoints")}</strong>
          <small>{say("usePointsWhatFor")}</small>
        </a>
        <a class="card to-my-data" href="/my-data" data-testid="to-my-data">
          <strong>{say("myData")}</strong>
          <small>{say("myDataWhatFor")}</small>
        </a>
        <OwnDraws posted={postedMark(today)} />
        <Entries posted={postedMark(today)} />
      </div>
      {!connected && (
        <p class="connection" role="status">
          {say("connectionLost")}
        </p>
      )}
    </>
  );
}

/** Changes whenever points moved, also when a correction of another day leaves the balance as it was. */
function postedMark(today: Today): string {
  return [
    today.balance,
    today.pending,
    today.owed,
    ...today.week.map((past) => past.points),
  ].join();
}
