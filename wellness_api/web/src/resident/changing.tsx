import { useRef } from "preact/hooks";

/**
 * A figure that glows softly when it changes (not at all where the reader wants reduced motion; see resident.css).
 */
export function Changing({ text, testId }: { text: string; testId: string }) {
  const shown = useRef(text);
  const changes = useRef(0);
  if (shown.current !== text) {
    shown.current = text;
    changes.current += 1;
  }
  // A new key makes a new element, which restarts the animation.
  return (
    <span
      key={changes.current}
      class={changes.current > 0 ? "figure changed" : "figure"}
      data-testid={testId}
    >
      {text}
    </span>
  );
}
