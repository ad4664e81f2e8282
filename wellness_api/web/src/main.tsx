// Imported first, so that the pages' own styles come after it and win.
import "./base.css";
import { type ComponentChildren, type ComponentType, render } from "preact";
import { useEffect, useState } from "preact/hooks";
import { Header } from "./frame/header";
import { Loaded } from "./frame/loaded";
import { ErrorBoundary } from "./frame/problem";
import { ResidentPage } from "./resident/resident-page";
import { findOutWhoIsHere, me } from "./session";
import { takeCodeFromAddress } from "./sign-in/code";
import { SignIn } from "./sign-in/sign-in";
import { loadWords, type Page, say } from "./words";

const presentedCode = takeCodeFromAddress();

// A code in the address wins over a session that is still open: on a shared tablet, the next person has come.
const start = async (): Promise<void> => {
  if (presentedCode) me.value = null;
  else await findOutWhoIsHere();
};

/** Loads a page's code and its words at the same time. */
async function withWords<Code>(code: Promise<Code>, page: Page): Promise<Code> {
  const [loaded] = await Promise.all([code, loadWords(page)]);
  return loaded;
}

// Residents are by far the most readers, and often on slow phones. So everything but their day is a separate
// download.
const loadResidentPage = async (): Promise<void> => loadWords("resident");
const loadMyDataPage = async (): Promise<ComponentType> =>
  (await withWords(import("./resident/my-data/my-data-page"), "my-data")).MyDataPage;
const loadDayPage = async (): Promise<ComponentType> => {
  const [Page] = await Promise.all([
    withWords(import("./resident/day/day-page"), "day"),
    loadWords("my-data"), // It has the names of devices and units.
  ]);
  return Page.DayPage;
};
const loadUsePointsPage = async (): Promise<ComponentType> =>
  (await withWords(import("./resident/points/use-points-page"), "use-points")).UsePointsPage;
const loadDrawsPage = async (): Promise<ComponentType> =>
  (await withWords(import("./draws/draws-page"), "draws")).DrawsPage;
const loadStaffPage = async (): Promise<ComponentType> =>
  (await withWords(import("./staff/staff-page"), "staff")).StaffPage;

function App() {
  return (
    <Loaded from={start}>
      {() =>
        location.pathname === "/draws" ? (
          <Loaded from={loadDrawsPage}>{(DrawsPage) => <DrawsPage />}</Loaded>
        ) : (
          <PageOfRole />
        )
      }
    </Loaded>
  );
}

function PageOfRole() {
  const [signedInBefore, setSignedInBefore] = useState(false);
  const role = me.value?.role;
  useEffect(() => {
    if (role) setSignedInBefore(true);
  }, [role]);

  switch (role) {
    case undefined:
      return <SignIn presented={signedInBefore ? "" : presentedCode} />;
    case "resident":
      if (location.pathname === "/use-points")
        return <Loaded from={loadUsePointsPage}>{(UsePointsPage) => <UsePointsPage />}</Loaded>;
      if (location.pathname === "/day")
        return <Loaded from={loadDayPage}>{(DayPage) => <DayPage />}</Loaded>;
      return location.pathname === "/my-data" ? (
        <Loaded from={loadMyDataPage}>{(MyDataPage) => <MyDataPage />}</Loaded>
      ) : (
        <AtPath path="/">
          <Loaded from={loadResidentPage}>{() => <ResidentPage />}</Loaded>
        </AtPath>
      );
    case "health_staff":
    case "programme_officer":
      return (
        <AtPath path="/staff">
          <Loaded from={loadStaffPage}>{(StaffPage) => <StaffPage />}</Loaded>
        </AtPath>
      );
    default:
      return (
        <>
          <Header title={say("appName")} />
          <main class="centre">
            <p>{say("noPageForRole")}</p>
          </main>
        </>
      );
  }
}

/** Each role has its own addresses; a reader who opens another role's address gets their own first page. */
function AtPath({ path, children }: { path: string; children: ComponentChildren }) {
  useEffect(() => {
    if (location.pathname !== path) history.replaceState(null, "", path);
  }, [path]);
  return <>{children}</>;
}

const root = document.getElementById("app");
if (!root) throw new Error("index.html has no element with the id app");
const WORDS_AGAIN_MS = 2_000;

/** Draws once there are words. Until the network delivers them, the page cannot say anything. */
function draw(into: Element): void {
  loadWords("frame").then(
    () =>
      render(
        <ErrorBoundary>
          <App />
        </ErrorBoundary>,
        into,
      ),
    () => setTimeout(() => draw(into), WORDS_AGAIN_MS),
  );
}

// The page does not know yet whose page it will be. Most readers are residents, and then nothing waits for these
// words.
if (location.pathname === "/") loadWords("resident").catch(() => undefined);
draw(root);
