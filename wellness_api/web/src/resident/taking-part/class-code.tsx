import { useState } from "preact/hooks";
import { answer, api, type CheckedIn } from "../../client/api";
import { endedSession } from "../../session";
import { say } from "../words";
import { codeTrouble } from "./code-trouble";
import "./taking-part.css";

type Stage =
  | { name: "typing" }
  | { name: "empty" }
  | { name: "sending" }
  | { name: "done"; checkedIn: CheckedIn }
  | { name: "refused"; error: unknown };

const OUTCOMES = {
  recorded: "checkedIn",
  already_there: "checkedInBefore",
  deleted: "checkInDeleted",
} as const;

/** The field for the code that the hall's screen shows at a class. */
export function ClassCode() {
  const [code, setCode] = useState("");
  const [stage, setStage] = useState<Stage>({ name: "typing" });

  const send = () => {
    if (stage.name === "sending") return;
    setStage({ name: "sending" });
    answer(api.POST("/v1/me/check-ins", { body: { code } })).then(
      (checkedIn) => {
        setCode("");
        setStage({ name: "done", checkedIn });
      },
      (error) => {
        if (!endedSession(error)) setStage({ name: "refused", error });
      },
    );
  };

  return (
    <section class="card taking-part" aria-labelledby="class-heading" data-testid="class-code">
      <h2 id="class-heading">{say("classCode")}</h2>
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (code.trim()) send();
          else setStage({ name: "empty" });
        }}
      >
        <label for="class-code">{say("classCodeHelp")}</label>
        <input
          id="class-code"
          value={code}
          onInput={(event) => setCode(event.currentTarget.value)}
          inputMode="numeric"
          autocomplete="off"
          required
          aria-invalid={stage.name === "refused" || stage.name === "empty"}
          aria-describedby="class-trouble"
        />
        <button type="submit" class="soft" aria-disabled={stage.name === "sending"}>
          {say("checkIn")}
        </button>
      </form>
      <p class="said" role="status">
        {stage.name === "done" &&
          say(OUTCOMES[stage.checkedIn.outcome], { name: stage.checkedIn.name })}
      </p>
      <p id="class-trouble" class="said trouble" role="alert">
        {stage.name === "empty" && say("codeEmpty")}
        {stage.name === "refused" && codeTrouble(stage.error)}
      </p>
    </section>
  );
}
