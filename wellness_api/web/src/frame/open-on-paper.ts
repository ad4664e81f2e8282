import type { RefObject } from "preact";
import { useEffect, useRef } from "preact/hooks";

/** For `details` that are read on paper too, where nobody can open them: open while the page is printed. */
export function useOpenOnPaper(): RefObject<HTMLDetailsElement | null> {
  const details = useRef<HTMLDetailsElement>(null);
  useEffect(() => {
    let wasOpen = false;
    const before = () => {
      wasOpen = details.current?.open ?? false;
      if (details.current) details.current.open = true;
    };
    const after = () => {
      if (details.current) details.current.open = wasOpen;
    };
    window.addEventListener("beforeprint", before);
    window.addEventListener("afterprint", after);
    return () => {
      window.removeEventListener("beforeprint", before);
      window.removeEventListener("afterprint", after);
    };
  }, []);
  return details;
}
