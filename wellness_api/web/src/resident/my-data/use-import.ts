import { useEffect, useRef, useState } from "preact/hooks";
import type { OwnImport } from "../../client/api";
import { endedSession } from "../../session";
import { type Stage, stageOf } from "./import-stage";
import { refusalOf, troubleOf } from "./import-trouble";
import { importOf, openImport, sendFit, sendParts, stopImport } from "./sending";

const LOOK_MILLISECONDS = 1500;

interface Importing {
  stage: Stage;
  choose: (file: File) => void;
  goOn: () => void;
  stop: () => void;
}

/** Follows a file from the choice to its end; `imported` is called when samples have arrived. */
export function useImport(imports: readonly OwnImport[], imported: () => void): Importing {
  const [stage, setStage] = useState<Stage>(() => stageOf(imports));
  const sending = useRef<AbortController>(null);

  const fail = (error: unknown, next: Stage) => {
    if (!endedSession(error)) setStage(next);
  };

  const send = async (ownImport: OwnImport, file: File) => {
    const control = new AbortController();
    sending.current = control;
    let latest = ownImport;
    const told = (sofar: OwnImport) => {
      latest = sofar;
      setStage({ name: "sending", ownImport: sofar, file });
    };
    told(ownImport);
    try {
      const sent = await sendParts(ownImport, file, { told, stopped: control.signal });
      setStage({ name: "following", ownImport: sent });
    } catch (error) {
      if (control.signal.aborted) return;
      fail(error, { name: "stalled", ownImport: latest, file, trouble: troubleOf(error) });
    }
  };

  const sendNew = (file: File) => {
    setStage({ name: "opening" });
    openImport(file).then(
      (opened) => send(opened, file),
      (error) => fail(error, { name: "idle", trouble: troubleOf(error) }),
    );
  };

  const takeFit = (file: File) => {
    setStage({ name: "opening" });
    sendFit(file).then(
      (taken) => {
        setStage({ name: "fitTaken", taken });
        imported();
      },
      (error) => fail(error, { name: "idle", trouble: troubleOf(error) }),
    );
  };

  const choose = (file: File) => {
    const unfinished = stage.name === "unfinished" ? stage.ownImport : undefined;
    const trouble = refusalOf(file, unfinished);
    if (trouble) {
      setStage(
        unfinished
          ? { name: "unfinished", ownImport: unfinished, trouble }
          : { name: "idle", trouble },
      );
    } else if (/\.fit$/i.test(file.name)) takeFit(file);
    else if (unfinished) send(unfinished, file);
    else sendNew(file);
  };

  const goOn = () => {
    if (stage.name !== "stalled") return;
    const { ownImport, file } = stage;
    // A part whose answer was lost may be there; the server knows which parts are missing.
    importOf(ownImport.id).then(
      (latest) => send(latest, file),
      (error) => fail(error, { name: "stalled", ownImport, file, trouble: troubleOf(error) }),
    );
  };

  const stop = () => {
    if (!("ownImport" in stage)) return;
    sending.current?.abort();
    stopImport(stage.ownImport.id).then(
      () => setStage({ name: "stopped" }),
      (error) =>
        fail(error, { name: "unfinished", ownImport: stage.ownImport, trouble: troubleOf(error) }),
    );
  };

  useFollowing(stage, setStage, imported);
  return { stage, choose, goOn, stop };
}

/**
 * Looks now and then how far the worker is. A look that fails says nothing about the file; the next look may succeed.
 */
function useFollowing(stage: Stage, setStage: (next: Stage) => void, imported: () => void): void {
  useEffect(() => {
    if (stage.name !== "following") return;
    let wanted = true;
    const look = () =>
      importOf(stage.ownImport.id).then(
        (ownImport) => {
          if (!wanted) return;
          const next = stageOf([ownImport]);
          setStage(next);
          if (next.name === "over") imported();
        },
        (error) => {
          if (wanted && !endedSession(error)) setStage({ ...stage });
        },
      );
    const timer = setTimeout(look, LOOK_MILLISECONDS);
    return () => {
      wanted = false;
      clearTimeout(timer);
    };
  }, [stage]);
}
