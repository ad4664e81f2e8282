import { useState } from "preact/hooks";
import type { PartnerAccount, Settlement } from "../../client/api";
import { fullDay, number } from "../../format";
import { explained } from "../../frame/problem";
import { QuestionDialog } from "../../frame/question-dialog";
import { local } from "../../language";
import { say } from "../../words";
import { fileOf, settle } from "./load";

interface SettlementsProps {
  partners: readonly PartnerAccount[];
  lastDayOver: string;
  settled: () => Promise<void>;
}

/** For each partner: what is open, settling a span, and the files of what was settled. */
export function Settlements({ partners, lastDayOver, settled }: SettlementsProps) {
  return (
    <div class="card">
      <h3>{say("settlements")}</h3>
      {partners.length === 0 && <p>{say("noPartners")}</p>}
      <ul class="partners">
        {partners.map((partner) => (
          <li key={partner.partner} data-testid="partner">
            {/* Once something is settled, other days are proposed. */}
            <Partner
              key={`${partner.unsettled?.first_day} ${partner.unsettled?.last_day}`}
              of={partner}
              lastDayOver={lastDayOver}
              settled={settled}
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
  settled: () => Promise<void>;
}

function Partner({ of, lastDayOver, settled }: PartnerProps) {
  const proposed = spanProposed(of, lastDayOver);
  const [from, setFrom] = useState(proposed.from);
  const [to, setTo] = useState(proposed.to);
  const [asking, setAsking] = useState(false);
  const [wrong, setWrong] = useState(false);
  const isOff = proposed.from === "";
  const ask = () => {
    if (isOff) return;
    const good = from !== "" && from <= to && to <= lastDayOver;
    setWrong(!good);
    setAsking(good);
  };
  const sum = sumOf(of, from, to);
  return (
    <>
      <h4>{local(of.name)}</h4>
      <p id={`open-${of.partner}`}>
        {of.unsettled
          ? say("unsettled", number(of.unsettled.redemptions), number(of.unsettled.worth))
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
        {/* Why it is off stands above: nothing is open, or all of it is of today. */}
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
      <p role="alert">{wrong && say("settleWrongSpan", fullDay(lastDayOver))}</p>
      {asking && (
        <QuestionDialog
          name="settle"
          question={say("settleQuestion", local(of.name))}
          yes={say("settleYes")}
          doing={say("settling")}
          no={say("settleNo")}
          grave
          act={async (close) => {
            await settle(of.partner, from, to);
            close();
            setAsking(false);
            await settled();
          }}
          explain={explained}
          kept={() => setAsking(false)}
        >
          <ul>
            <li>{say("settleWhat", fullDay(from), fullDay(to))}</li>
            {sum && <li>{say("settleSum", number(sum.redemptions), number(sum.worth))}</li>}
            <li>{say("settleFile")}</li>
            <li>{say("settleFinal")}</li>
          </ul>
        </QuestionDialog>
      )}
      <ul class="settled">
        {of.settlements.map((settlement) => (
          <Made key={settlement.number} settlement={settlement} />
        ))}
      </ul>
    </>
  );
}

/** All days that are over and not settled; none where everything is of today, which can still have more. */
function spanProposed(
  { unsettled }: PartnerAccount,
  lastDayOver: string,
): { from: string; to: string } {
  if (!unsettled || unsettled.first_day > lastDayOver) return { from: "", to: "" };
  const { first_day, last_day } = unsettled;
  return { from: first_day, to: last_day < lastDayOver ? last_day : lastDayOver };
}

/** What the span comes to, where it holds all that is open: of a part of it the API names no sum. */
function sumOf({ unsettled }: PartnerAccount, from: string, to: string) {
  const holdsAll = unsettled && from <= unsettled.first_day && unsettled.last_day <= to;
  return holdsAll ? unsettled : undefined;
}

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

function Made({ settlement }: { settlement: Settlement }) {
  const { number: of, first_day, last_day, redemptions, worth } = settlement;
  return (
    <li data-testid="settlement">
      <span>
        {say("settlementNumber", String(of))}{" "}
        {say("periodRange", fullDay(first_day), fullDay(last_day))}{" "}
        {say("settledSum", number(redemptions), number(worth))}
      </span>
      <span class="files">
        {(["csv", "xlsx"] as const).map((format) => (
          <a key={format} href={fileOf(settlement, format)} download>
            {format.toUpperCase()}
            <span class="for-screen-readers"> {say("settlementNumber", String(of))}</span>
          </a>
        ))}
      </span>
    </li>
  );
}
