import { useState } from "preact/hooks";
import type { PartnerAccount, Settlement, SettlementPage, SpanSums } from "../../client/api";
import { fullDay } from "../../format";
import { explained } from "../../frame/problem";
import { QuestionDialog } from "../../frame/question-dialog";
import { local } from "../../language";
import { endedSession } from "../../session";
import { say } from "../words";
import { earlierSettlements, fileOf, settle, sumOf } from "./load";

interface SettlementsProps {
  partners: readonly PartnerAccount[];
  lastDayOver: string;
  /** Asks again what is open and what was settled; returns whether an answer came. */
  lookAgain: () => Promise<boolean>;
}

/** For each partner: what is open, a form to settle a span, and the files of what was settled. */
export function Settlements({ partners, lastDayOver, lookAgain }: SettlementsProps) {
  return (
    <div class="card">
      <h3>{say("settlements")}</h3>
      {partners.length === 0 && <p>{say("noPartners")}</p>}
      <ul class="partners">
        {partners.map((partner) => (
          <li key={partner.partner} data-testid="partner">
            {/* Once something is settled, the form proposes other days. */}
            <Partner
              key={`${partner.unsettled?.first_day} ${partner.unsettled?.last_day}`}
              of={partner}
              lastDayOver={lastDayOver}
              lookAgain={lookAgain}
            />
          </li>
        ))}
      </ul>
    </div>
  );
}

interface PartnerProps {
  of: PartnerAccount;
  lastDayOver: string;
  lookAgain: () => Promise<boolean>;
}

function Partner({ of, lastDayOver, lookAgain }: PartnerProps) {
  const proposed = spanProposed(of, lastDayOver);
  const [from, setFrom] = useState(proposed.from);
  const [to, setTo] = useState(proposed.to);
  const [asked, setAsked] = useState<SpanSums>();
  const [trouble, setTrouble] = useState<string>();
  const isOff = proposed.from === "";
  const ask = () => {
    if (isOff) return;
    if (from === "" || from > to || to > lastDayOver) {
      setTrouble(say("settleWrongSpan", { last: fullDay(lastDayOver) }));
      return;
    }
    setTrouble(undefined);
    // The page shows the sums before it asks, since settling is for good.
    sumOf(of.partner, from, to).then(
      (sums) => (sums.redemptions === 0 ? setTrouble(say("nothingToSettle")) : setAsked(sums)),
      (error) => {
        if (!endedSession(error)) setTrouble(explained(error));
      },
    );
  };
  return (
    <>
      <h4>{local(of.name)}</h4>
      <p id={`open-${of.partner}`}>
        {of.unsettled
          ? say("unsettled", { count: of.unsettled.redemptions, worth: worthOf(of, of.unsettled) })
          : say("allSettled")}
      </p>
      {of.unsettled && of.unsettled.last_day > lastDayOver && (
        <p id={`later-${of.partner}`}>{say("todayIsSettledLater")}</p>
      )}
      <form
        class="span-form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          ask();
        }}
      >
        <Day
          label={say("firstDay")}
          value={from}
          max={lastDayOver}
          isOff={isOff}
          change={setFrom}
          testId="settle-from"
        />
        <Day
          label={say("lastDay")}
          value={to}
          max={lastDayOver}
          isOff={isOff}
          change={setTo}
          testId="settle-to"
        />
        {/* The text above says why the button is off: nothing is open, or everything is from today. */}
        <button
          type="submit"
          class="primary"
          data-testid="settle"
          aria-disabled={isOff}
          aria-describedby={`open-${of.partner} later-${of.partner}`}
        >
          {say("settle")}
        </button>
      </form>
      <p role="alert">{trouble}</p>
      {asked && (
        <QuestionDialog
          name="settle"
          question={say("settleQuestion", { partner: local(of.name) })}
          yes={say("settleYes")}
          doing={say("settling")}
          no={say("settleNo")}
          grave
          act={async (close) => {
            await settle(of.partner, asked.first_day, asked.last_day);
            close();
            setAsked(undefined);
            await lookAgain();
          }}
          explain={explained}
          perhapsDone={say("perhapsSettled")}
          kept={async (mayBeDone) => {
            setAsked(undefined);
            if (!mayBeDone) return;
            setTrouble((await lookAgain()) ? undefined : say("perhapsSettled"));
          }}
        >
          <ul>
            <li>
              {say("settleWhat", { from: fullDay(asked.first_day), to: fullDay(asked.last_day) })}
            </li>
            <li data-testid="settle-sum">
              {say("settleSum", { count: asked.redemptions, worth: worthOf(of, asked) })}
            </li>
            <li>{say("settleFile")}</li>
            <li>{say("settleFinal")}</li>
          </ul>
        </QuestionDialog>
      )}
      <MadeBefore of={of} />
    </>
  );
}

/** What was settled with the partner, the newest first; older settlements when staff ask for them. */
function MadeBefore({ of }: { of: PartnerAccount }) {
  const [older, setOlder] = useState<SettlementPage>();
  const [trouble, setTrouble] = useState<string>();
  const cursor = (older ?? of.made).next_cursor;
  return (
    <>
      <ul class="settled">
        {[...of.made.items, ...(older?.items ?? [])].map((settlement) => (
          <Made key={settlement.number} of={of} settlement={settlement} />
        ))}
      </ul>
      <p role="alert">{trouble}</p>
      {cursor && (
        <button
          type="button"
          class="more"
          data-testid="settlements-more"
          onClick={() =>
            earlierSettlements(of.partner, cursor).then(
              (page) => setOlder({ ...page, items: [...(older?.items ?? []), ...page.items] }),
              (error) => {
                if (!endedSession(error)) setTrouble(explained(error));
              },
            )
          }
        >
          {say("showMore")}
        </button>
      )}
    </>
  );
}

/** All days that are over and not settled; none when everything is from today, a day that can still get more. */
function spanProposed(
  { unsettled }: PartnerAccount,
  lastDayOver: string,
): { from: string; to: string } {
  if (!unsettled || unsettled.first_day > lastDayOver) return { from: "", to: "" };
  const { first_day, last_day } = unsettled;
  return { from: first_day, to: last_day < lastDayOver ? last_day : lastDayOver };
}

/** Shops are paid in yen. A point system is told how many of its points to credit. */
const worthOf = ({ form }: PartnerAccount, { worth }: { worth: number }): string =>
  say(form === "by_sum" ? "worthInYen" : "worthInPoints", { worth });

interface DayProps {
  label: string;
  value: string;
  max: string;
  isOff: boolean;
  change: (day: string) => void;
  testId: string;
}

function Day({ label, value, max, isOff, change, testId }: DayProps) {
  return (
    <label>
      {label}
      <input
        type="date"
        value={value}
        max={max}
        disabled={isOff}
        data-testid={testId}
        onInput={(event) => change(event.currentTarget.value)}
      />
    </label>
  );
}

function Made({ of: partner, settlement }: { of: PartnerAccount; settlement: Settlement }) {
  const { number: of, first_day, last_day, redemptions } = settlement;
  return (
    <li data-testid="settlement">
      <span>
        {say("settlementNumber", { of: String(of) })}{" "}
        {say("periodRange", { from: fullDay(first_day), to: fullDay(last_day) })}{" "}
        {say("settledSum", { count: redemptions, worth: worthOf(partner, settlement) })}
      </span>
      <span class="files">
        {(["csv", "xlsx"] as const).map((format) => (
          <a key={format} href={fileOf(settlement, format)} download>
            {format.toUpperCase()}
            <span class="for-screen-readers"> {say("settlementNumber", { of: String(of) })}</span>
          </a>
        ))}
      </span>
    </li>
  );
}
