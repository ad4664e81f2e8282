import { useEffect, useState } from "preact/hooks";
import type { OwnCorrection } from "../../client/api";
import { endedSession } from "../../session";
import { loadCorrections } from "./load";

const LOOK_MILLISECONDS = 1500;

/** A deletion of all that a source sent, which the server carries out by and by. */
export type Deletion = OwnCorrection & { source: string };

const isOpen = (deletion: OwnCorrection): boolean =>
  deletion.state !== "done" && deletion.state !== "refused";

const isOfSource = (correction: OwnCorrection): correction is Deletion =>
  correction.source !== null && correction.from === null;

interface Deletions {
  open: readonly Deletion[];
  follow: (correction: OwnCorrection) => void;
}

/** Follows deletions to their end; `over` is called with each that ends. */
export function useDeletions(
  first: readonly OwnCorrection[],
  over: (deletion: Deletion) => void,
): Deletions {
  const [open, setOpen] = useState(() => first.filter(isOfSource).filter(isOpen));
  const [looks, setLooks] = useState(0);

  useEffect(() => {
    if (open.length === 0) return;
    let wanted = true;
    const look = () =>
      loadCorrections().then(
        (latest) => {
          if (!wanted) return;
          const followed = new Set(open.map(({ id }) => id));
          const now = latest.filter(isOfSource).filter(({ id }) => followed.has(id));
          setOpen(now.filter(isOpen));
          for (const deletion of now) if (!isOpen(deletion)) over(deletion);
        },
        (error) => {
          // A look that fails says nothing about the deletion: the next one may not.
          if (wanted && !endedSession(error)) setLooks(looks + 1);
        },
      );
    const timer = setTimeout(look, LOOK_MILLISECONDS);
    return () => {
      wanted = false;
      clearTimeout(timer);
    };
  }, [open, looks]);

  const follow = (correction: OwnCorrection) => {
    if (isOfSource(correction)) setOpen([...open, correction]);
  };
  return { open, follow };
}
