import { answer, api, type Today } from "../client/api";
import { endedSession } from "../session";

const RETRY_SECONDS_MIN = 1;
const RETRY_SECONDS_MAX = 30;

interface Listener {
  heard: (today: Today) => void;
  connected: (connected: boolean) => void;
}

/**
 * Follows the resident's day until the returned function is called. The stream is closed while the page is out of
 * sight, which spares the phone's battery and the server's connections. It is opened again, with the newest figures,
 * when the page is back.
 */
export function followToday({ heard, connected }: Listener): () => void {
  let source: EventSource | undefined;
  let retry: ReturnType<typeof setTimeout> | undefined;
  let failures = 0;
  let turn = 0; // Rises with each close: an answer to a request from before it is ignored.

  const close = () => {
    turn += 1;
    clearTimeout(retry);
    source?.close();
    source = undefined;
  };

  const open = () => {
    close();
    source = new EventSource("/v1/me/events");
    source.addEventListener("open", () => {
      failures = 0;
      connected(true);
    });
    // Our own server sends this from the struct behind GET /v1/me/today, so it has that type.
    source.addEventListener("today", (event) => heard(JSON.parse(event.data) as Today));
    source.addEventListener("error", lost);
  };

  const lost = () => {
    close();
    connected(false);
    failures += 1;
    retry = setTimeout(ask, retryMilliseconds(failures));
  };

  // EventSource does not say why it failed. A plain request does, and brings the figures where streams are blocked.
  const ask = async () => {
    const asked = turn;
    try {
      const today = await answer(api.GET("/v1/me/today"));
      if (asked !== turn) return;
      heard(today);
      open();
    } catch (error) {
      if (asked === turn && !endedSession(error)) lost();
    }
  };

  const reconsider = () => {
    if (document.visibilityState === "hidden") close();
    else open();
  };

  open();
  document.addEventListener("visibilitychange", reconsider);
  window.addEventListener("online", reconsider);
  window.addEventListener("offline", lost);
  return () => {
    close();
    document.removeEventListener("visibilitychange", reconsider);
    window.removeEventListener("online", reconsider);
    window.removeEventListener("offline", lost);
  };
}

/** The pause doubles each time and has a random part: after a restart, not every phone of the city asks at once. */
function retryMilliseconds(failures: number): number {
  const ceiling = Math.min(RETRY_SECONDS_MIN * 2 ** failures, RETRY_SECONDS_MAX);
  return 1000 * (RETRY_SECONDS_MIN + Math.random() * (ceiling - RETRY_SECONDS_MIN));
}
