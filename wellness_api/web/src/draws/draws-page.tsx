import { answer, api, type Draw } from "../client/api";
import { Header } from "../frame/header";
import { Loaded } from "../frame/loaded";
import { DrawCard } from "./draw-card";
import { say } from "./words";
import "./draws.css";

const loadDraws = async (): Promise<Draw[]> => (await answer(api.GET("/v1/draws"))).items;

/** The draws and their results, for everybody: nobody has to sign in, and nobody has to take them on trust. */
export function DrawsPage() {
  return (
    <>
      <Header title={say("appName")} page={say("draws")} />
      <main class="draws">
        <a href="/">
          <span aria-hidden="true">←</span>
          {say("toFirstPage")}
        </a>
        <h1>{say("draws")}</h1>
        <p>{say("drawsIntro")}</p>
        <Loaded from={loadDraws}>
          {(draws) => (
            <>
              {draws.length === 0 && <p class="card">{say("noDraws")}</p>}
              <ul class="draw-list">
                {draws.map((draw) => (
                  <li key={draw.code}>
                    <DrawCard draw={draw} draws={draws} />
                  </li>
                ))}
              </ul>
            </>
          )}
        </Loaded>
        <CheckYourself />
      </main>
    </>
  );
}

function CheckYourself() {
  return (
    <section class="card" aria-labelledby="check-heading" data-testid="check-yourself">
      <h2 id="check-heading">{say("checkYourself")}</h2>
      <ol class="check-steps">
        <li>{say("checkCommitment")}</li>
        <li>{say("checkList")}</li>
        <li>{say("checkWinners")}</li>
      </ol>
      <p>{say("checkOutside")}</p>
      <p>
        <code>wellness draws verify {location.origin}/v1/draws/…</code>
      </p>
      <p class="muted">{say("checkLimits")}</p>
    </section>
  );
}
