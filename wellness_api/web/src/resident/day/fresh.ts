import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { endedSession } from "../../session";
import { followToday } from "../live";
import { type DayData, loadDay } from "./load";

const LOOK_MILLISECONDS = 4000; // While a day waits for the worker; it takes a second, or minutes after a large import.

interface Fresh {
  data: DayData;
  connected: boolean;
  /** Loads the day anew; one look at a time, and one more where it is asked for meanwhile. */
  lookAgain: () => void;
}

/** The day as it is now: loaded anew when anything of the resident's today has changed, and while the day is waiting. */
export function useFresh(first: DayData): Fresh {
  const [data, setData] = useState(first);
  const [connected, setConnected] = useState(true);
  const shown = useRef(first);
  const isLooking = useRef(false);
  const isWanted = useRef(false);

  const lookAgain = useCallback(async () => {
    isWanted.current = true;
    if (isLooking.current) return;
    isLooking.current = true;
    while (isWanted.current) {
      isWanted.current = false;
      // What is on show is merely old where a look fails; the next one may not.
      await loadDay(shown.current.metrics).then((loaded) => {
        shown.current = loaded;
        setData(loaded);
      }, endedSession);
    }
    isLooking.current = false;
  }, []);

  useEffect(
    () =>
      followToday({
        heard: (today) => {
          if (JSON.stringify(today) !== JSON.stringify(shown.current.today)) lookAgain();
        },
        connected: setConnected,
      }),
    [],
  );

  const isWaiting = data.receipt.state === "waiting";
  useEffect(() => {
    if (!isWaiting) return;
    const timer = setInterval(() => {
      if (document.visibilityState === "visible") lookAgain();
    }, LOOK_MILLISECONDS);
    return () => clearInterval(timer);
  }, [isWaiting]);

  return { data, connected, lookAgain };
}
