import { signal } from "@preact/signals";
import { answer, api, type Me, type OwnSessions, ProblemError } from "./client/api";
import { newKey } from "./client/key";

/** The person who is signed in; null when nobody is, undefined until the API has answered. */
export const me = signal<Me | null | undefined>(undefined);

/** Whether a session on this device ended without the person asking for it. */
export const endedElsewhere = signal(false);

/** Asks the API whose cookie this is. Throws what `answer` throws, except that 401 means nobody. */
export async function findOutWhoIsHere(): Promise<void> {
  try {
    me.value = await answer(api.GET("/v1/me"));
  } catch (error) {
    if (!endedSession(error)) throw error;
    return;
  }
  endedElsewhere.value = false;
  noteSignedIn(true);
}

export async function signIn(code: string): Promise<void> {
  await answer(
    api.POST("/v1/sessions", {
      params: { header: { "Idempotency-Key": deviceKey() } },
      body: { code },
    }),
  );
  await findOutWhoIsHere();
}

const DEVICE_KEY = "wellness-device";

/** With this key, a device that signs in again counts once. It opens nothing without the code. */
function deviceKey(): string {
  try {
    const kept = localStorage.getItem(DEVICE_KEY) ?? newKey();
    localStorage.setItem(DEVICE_KEY, kept);
    return kept;
  } catch {
    return newKey(); // The browser stores nothing: then each sign-in counts as another device.
  }
}

export const loadSessions = (): Promise<OwnSessions> => answer(api.GET("/v1/me/sessions"));

export const endSession = (session_id: number): Promise<unknown> =>
  answer(api.DELETE("/v1/me/sessions/{session_id}", { params: { path: { session_id } } }));

export async function signOut(): Promise<void> {
  try {
    await answer(api.DELETE("/v1/sessions/current"));
  } catch (error) {
    // 401: the session had ended already, which is what was asked for.
    if (!(error instanceof ProblemError && error.status === 401)) throw error;
  }
  noteSignedIn(false);
  endedElsewhere.value = false;
  me.value = null;
}

const SIGNED_IN = "wellness-signed-in";

/**
 * Stored beside the cookie, which the page cannot see. So the page knows that there was a session when it ended
 * meanwhile.
 */
function noteSignedIn(yes: boolean): void {
  try {
    if (yes) localStorage.setItem(SIGNED_IN, "yes");
    else localStorage.removeItem(SIGNED_IN);
  } catch {
    // The browser stores nothing. Then the sign-in page does not say why it is shown.
  }
}

function wasSignedIn(): boolean {
  try {
    return localStorage.getItem(SIGNED_IN) !== null;
  } catch {
    return false;
  }
}

/** If a session ended while a page was open, this leads back to the sign-in; every other error is the caller's. */
export function endedSession(error: unknown): boolean {
  const ended = error instanceof ProblemError && error.status === 401;
  if (ended) {
    endedElsewhere.value = Boolean(me.value) || wasSignedIn();
    noteSignedIn(false);
    me.value = null;
  }
  return ended;
}
