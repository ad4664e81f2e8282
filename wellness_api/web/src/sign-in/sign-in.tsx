import { useEffect, useRef, useState } from "preact/hooks";
import { ProblemError } from "../client/api";
import { Header } from "../frame/header";
import { explained } from "../frame/problem";
import { endedElsewhere, signIn } from "../session";
import { say } from "../words";
import "./sign-in.css";

type Stage =
  | { name: "waiting" }
  | { name: "empty" }
  | { name: "checking" }
  | { name: "refused"; error: unknown };

/** Sign-in for everyone. `presented` is a code that came with the address (a QR code on the paper), or "". */
export function SignIn({ presented }: { presented: string }) {
  const [code, setCode] = useState(presented);
  const [stage, setStage] = useState<Stage>({ name: "waiting" });
  const field = useRef<HTMLInputElement>(null);

  const send = (written: string) => {
    setStage({ name: "checking" });
    signIn(written).catch((error) => {
      setStage({ name: "refused", error });
      field.current?.focus();
    });
  };

  // A presented code is tried once, when the page opens.
  useEffect(() => {
    if (presented) send(presented);
    else field.current?.focus();
  }, []);

  return (
    <>
      <Header title={say("appName")} page={say("signInTitle")} />
      <main class="centre">
        <form
          class="sign-in"
          noValidate
          onSubmit={(event) => {
            event.preventDefault();
            // The browser would say it in the language of its menus, not of the page.
            if (code.trim()) send(code);
            else setStage({ name: "empty" });
          }}
        >
          <h1>{say("signInTitle")}</h1>
          {endedElsewhere.value && (
            <p class="outcome" role="status" data-testid="session-over">
              {say("sessionOver")}
            </p>
          )}
          <p>{say("signInHelp")}</p>
          <label for="code">{say("signInCode")}</label>
          <input
            id="code"
            ref={field}
            data-testid="sign-in-code"
            value={code}
            onInput={(event) => setCode(event.currentTarget.value)}
            autocomplete="one-time-code"
            autocapitalize="characters"
            spellcheck={false}
            required
            aria-invalid={stage.name === "refused" || stage.name === "empty"}
            aria-describedby="sign-in-error"
          />
          <p id="sign-in-error" class="sign-in-error" role="alert">
            {stage.name === "empty" && say("codeEmpty")}
            {stage.name === "refused" && refusal(stage.error)}
          </p>
          <button
            type="submit"
            class="primary"
            data-testid="sign-in-button"
            aria-disabled={stage.name === "checking"}
          >
            {say(stage.name === "checking" ? "signingIn" : "signInButton")}
          </button>
          <p class="muted">{say("signInLost")}</p>
        </form>
      </main>
    </>
  );
}

function refusal(error: unknown): string {
  switch (error instanceof ProblemError && error.type) {
    case "urn:wellness:wrong_code":
      return say("signInWrongCode");
    case "urn:wellness:code_replaced":
      return say("signInCodeReplaced");
    case "urn:wellness:too_many_devices":
      return say("signInTooManyDevices");
    case "urn:wellness:too_many_tries":
      return say("signInTooManyTries");
    default:
      return explained(error);
  }
}
