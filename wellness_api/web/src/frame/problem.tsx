import { Component, type ComponentChildren } from "preact";
import { ProblemError, UnreachableError } from "../client/api";
import { say } from "../words";
import { problemWords } from "./problem-words";

/** What went wrong, in words, and a way to go on. */
export function ProblemPanel({ error, retry }: { error: unknown; retry: () => void }) {
  return (
    <section class="card problem" role="alert">
      <h2>{say("problemTitle")}</h2>
      <p>{explained(error)}</p>
      <button type="button" class="primary" onClick={retry}>
        {say("tryAgain")}
      </button>
    </section>
  );
}

export function explained(error: unknown): string {
  if (error instanceof ProblemError) return problemWords(error);
  if (error instanceof UnreachableError) return say("problemOffline");
  return say("problemUnknown");
}

interface Caught {
  error: unknown;
  failed: boolean;
}

/** The last net: an error while drawing shows a message and a way back, never a blank page. */
export class ErrorBoundary extends Component<{ children: ComponentChildren }, Caught> {
  override state: Caught = { error: undefined, failed: false };

  static override getDerivedStateFromError(error: unknown): Caught {
    return { error, failed: true };
  }

  override render() {
    if (!this.state.failed) return this.props.children;
    return (
      <main class="centre">
        <ProblemPanel error={this.state.error} retry={() => location.reload()} />
      </main>
    );
  }
}
