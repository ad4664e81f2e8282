import { useState } from "preact/hooks";
import { answer, api } from "../../client/api";
import { say } from "../words";
import type { Change } from "./change";

const SIZES = [2, 3, 5, 10, 20];
const NAME_CHARACTERS_MAX = 30;

/** Joining a team by its code, and making one. Before either, the page says what the others will see. */
export function NoTeam({ change }: { change: (asked: Promise<Change>) => void }) {
  const [code, setCode] = useState("");
  const [name, setName] = useState("");
  const [size, setSize] = useState(2);
  const [empty, setEmpty] = useState<"codeEmpty" | "nameEmpty">();

  return (
    <>
      <p>{say("teamWhatOthersSee")}</p>
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          setEmpty(code.trim() ? undefined : "codeEmpty");
          if (!code.trim()) return;
          change(answer(api.POST("/v1/me/team/members", { body: { code } })));
        }}
      >
        <label for="team-code">{say("teamCode")}</label>
        <input
          id="team-code"
          value={code}
          onInput={(event) => setCode(event.currentTarget.value)}
          autocomplete="off"
          autocapitalize="characters"
          spellcheck={false}
          required
        />
        <button type="submit" class="soft">
          {say("joinTeam")}
        </button>
      </form>
      <details>
        <summary>{say("makeTeam")}</summary>
        <form
          noValidate
          onSubmit={(event) => {
            event.preventDefault();
            setEmpty(name.trim() ? undefined : "nameEmpty");
            if (!name.trim()) return;
            change(
              answer(api.POST("/v1/me/team", { body: { name: name.trim(), size_max: size } })),
            );
          }}
        >
          <label for="team-name">{say("teamName")}</label>
          <input
            id="team-name"
            value={name}
            onInput={(event) => setName(event.currentTarget.value)}
            autocomplete="off"
            maxLength={NAME_CHARACTERS_MAX}
            required
          />
          <label for="team-size">{say("teamSize")}</label>
          <select
            id="team-size"
            value={size}
            onChange={(event) => setSize(Number(event.currentTarget.value))}
          >
            {SIZES.map((size) => (
              <option key={size} value={size}>
                {say("people", { count: size })}
              </option>
            ))}
          </select>
          <button type="submit" class="soft">
            {say("makeTeamButton")}
          </button>
        </form>
      </details>
      <p class="said trouble" role="alert">
        {empty && say(empty)}
      </p>
    </>
  );
}
