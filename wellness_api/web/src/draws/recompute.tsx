import { useState } from "preact/hooks";
import type { PublishedDraw } from "../client/api";
import { check, type Finding } from "./check";
import { say } from "./words";

type Stage = { name: "asked" } | { name: "working" } | { name: "done"; finding: Finding };

/** Works the winners out anew in this browser, from what was published. */
export function Recompute({ draw }: { draw: PublishedDraw }) {
  const [stage, setStage] = useState<Stage>({ name: "asked" });
  const work = () => {
    setStage({ name: "working" });
    check(draw).then((finding) => setStage({ name: "done", finding }));
  };
  return (
    <div class="recompute">
      <button type="button" class="primary" data-testid="recompute" onClick={work}>
        {say("recompute")}
      </button>
      <p role="status" data-testid="recomputed">
        {stage.name === "working" && say("recomputing")}
        {stage.name === "done" && say(WORDS[stage.finding])}
      </p>
    </div>
  );
}

const WORDS = {
  right: "foundRight",
  seed: "foundOtherSeed",
  list: "foundOtherList",
  winners: "foundOtherWinners",
  unable: "foundUnable",
} as const satisfies Record<Finding, string>;
