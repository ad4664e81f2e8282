import { useState } from "preact/hooks";
import { answer, api, type SetAside, type SetAsideItem } from "../../client/api";
import { momentHere } from "../../format";
import { Loaded } from "../../frame/loaded";
import { explained } from "../../frame/problem";
import { endedSession } from "../../session";
import { type PlainWordKey, say } from "../words";
import "./set-aside.css";

const loadSetAside = (): Promise<SetAside> => answer(api.GET("/v1/set-aside"));

const releaseItem = ({ set_aside_id }: SetAsideItem): Promise<unknown> =>
  answer(api.POST("/v1/set-aside/{set_aside_id}/release", { params: { path: { set_aside_id } } }));

const KINDS: Record<SetAsideItem["kind"], PlainWordKey> = {
  day: "setAsideDay",
  fold: "setAsideFold",
  import: "setAsideImport",
  erasure: "setAsideErasure",
  closing: "setAsideClosing",
  draw: "setAsideDraw",
  indicators: "setAsideIndicators",
  proof: "setAsideProof",
  upload: "setAsideUpload",
  chore: "setAsideChore",
  hold: "setAsideHold",
  programme: "setAsideProgramme",
};

/** Work that failed and was set aside, with its reason; no person is named. */
export function SetAsideSection() {
  return (
    <section class="set-aside" aria-labelledby="set-aside-heading">
      <h2 id="set-aside-heading">{say("setAside")}</h2>
      <Loaded from={loadSetAside}>{(first) => <Listed first={first} />}</Loaded>
    </section>
  );
}

function Listed({ first }: { first: SetAside }) {
  const [seen, setSeen] = useState(first);
  const [failed, setFailed] = useState<unknown>();
  const release = (item: SetAsideItem) =>
    releaseItem(item)
      .then(loadSetAside)
      .then(
        (now) => {
          setSeen(now);
          setFailed(undefined);
        },
        (error) => {
          if (!endedSession(error)) setFailed(error);
        },
      );
  if (seen.items.length === 0)
    return <p data-testid="nothing-set-aside">{say("nothingSetAside")}</p>;
  return (
    <div class="card">
      <p>{say("setAsideMeans")}</p>
      <ul class="set-aside-kinds">
        {seen.kinds.map(({ kind, items }) => (
          <li key={kind}>{say("setAsideOfKind", { kind: say(KINDS[kind]), items })}</li>
        ))}
      </ul>
      {failed !== undefined && <p role="alert">{explained(failed)}</p>}
      <ul class="set-aside-items">
        {seen.items.map((item) => (
          <li key={item.set_aside_id} data-testid="set-aside-item">
            <ItemLine item={item} release={() => release(item)} />
          </li>
        ))}
      </ul>
    </div>
  );
}

function ItemLine({ item, release }: { item: SetAsideItem; release: () => void }) {
  return (
    <>
      <p>
        <strong>
          {say(KINDS[item.kind])} {item.item}
        </strong>{" "}
        <span class="muted">{say("setAsideNumber", { of: String(item.set_aside_id) })}</span>
      </p>
      <p class="muted">
        {say("setAsideSince", { since: momentHere(item.since), tries: item.tries })}{" "}
        {item.retry_at && say("setAsideAgain", { moment: momentHere(item.retry_at) })}
      </p>
      <p>{say(item.kind === "upload" ? "setAsideUploadAgain" : "setAsideWaits")}</p>
      <details class="reason">
        <summary>{say("setAsideReason")}</summary>
        <code>{item.reason}</code>
      </details>
      <button type="button" class="soft" onClick={release} data-testid="release">
        {say(item.kind === "upload" ? "takeOffTheList" : "tryAgain")}
        <span class="for-screen-readers">
          {" "}
          {say("setAsideNumber", { of: String(item.set_aside_id) })}
        </span>
      </button>
    </>
  );
}
