import { useState } from "preact/hooks";
import type { PartnerAccount, Settlement } from "../../client/api";
import { fullDay, number } from "../../format";
import { explained } from "../../frame/problem";
import { local } from "../../language";
import { endedSession } from "../../session";
import { say } from "../../words";
import { fileOf, settle } from "./load";

interface SettlementsProps {
  partners: readonly PartnerAccount[];
  settled: () => Promise<void>;
}

/** For each partner: what is open, settling a span, and the files of what was settled. */
export function Settlements({ partners, settled }: SettlementsProps) {
  return (
    <div class="card">
      <h3>{say("settlements")}</h3>
      {partners.length === 0 && <p>{say("noPartners")}</p>}
      <ul class="partners">
        {partners.map((partner) => (
          <li key={partner.partner} data-testid="partner">
            <Partner of={partner} settled={settled} />
          </li>
        ))}
      </ul>
    </div>
  );
}

function Partner({ of, settled }: { of: PartnerAccount; settled: () => Promise<void> }) {
  const [from, setFrom] = useState(of.unsettled?.first_day ?? "");
  const [to, setTo] = useState(of.unsettled?.last_day ?? "");
  const [error, setError] = useState<unknown>();
  const start = () =>
    settle(of.partner, from, to).then(
      () => {
        setError(undefined);
        return settled();
      },
      (failure) => {
        if (!endedSession(failure)) setError(failure);
      },
    );
  return (
    <>
      <h4>{local(of.name)}</h4>
      <p>
        {of.unsettled
          ? say("unsettled", number(of.unsettled.redemptions), number(of.unsettled.worth))
          : say("allSettled")}
      </p>
      <form
        class="span-form"
        onSubmit={(event) => {
          event.preventDefault();
          if (from && to) start();
        }}
      >
        <Day label={say("firstDay")} value={from} change={setFrom} testId="settle-from" />
        <Day label={say("lastDay")} value={to} change={setTo} testId="settle-to" />
        <button type="submit" class="primary" data-testid="settle">
          {say("settle")}
        </button>
      </form>
      {error !== undefined && <p role="alert">{explained(error)}</p>}
      <ul class="settled">
        {of.settlements.map((settlement) => (
          <Made key={settlement.number} settlement={settlement} />
        ))}
      </ul>
    </>
  );
}

interface DayProps {
  label: string;
  value: string;
  change: (day: string) => void;
  testId: string;
}

function Day({ label, value, change, testId }: DayProps) {
  return (
    <label>
      {label}
      <input
        type="date"
        value={value}
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
