import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import { endedSession } from "../session";
import { say } from "../words";
import { ProblemPanel } from "./problem";

type Stage<Value> =
  | { name: "loading" }
  | { name: "ready"; value: Value }
  | { name: "failed"; error: unknown };

interface LoadedProps<Value> {
  /** The function has to stay the same between draws (a module function or useCallback): a new one loads again. */
  from: () => Promise<Value>;
  children: (value: Value) => ComponentChildren;
}

/**
 * Draws its children once the value is here. Until then it shows a quiet line; after a failure, the problem and a
 * button to retry.
 */
export function Loaded<Value>({ from, children }: LoadedProps<Value>) {
  const [stage, setStage] = useState<Stage<Value>>({ name: "loading" });
  const [attempt, setAttempt] = useState(0);

  // A new attempt loads again with the same function.
  useEffect(() => {
    let wanted = true;
    const settle = (next: Stage<Value>) => {
      if (wanted) setStage(next);
    };
    from().then(
      (value) => settle({ name: "ready", value }),
      (error) => {
        if (!endedSession(error)) settle({ name: "failed", error });
      },
    );
    return () => {
      wanted = false;
    };
  }, [from, attempt]);

  switch (stage.name) {
    case "loading":
      return (
        <p class="loading" role="status">
          {say("loading")}
        </p>
      );
    case "ready":
      return <>{children(stage.value)}</>;
    case "failed":
      return (
        <ProblemPanel
          error={stage.error}
          retry={() => {
            setStage({ name: "loading" });
            setAttempt(attempt + 1);
          }}
        />
      );
  }
}
