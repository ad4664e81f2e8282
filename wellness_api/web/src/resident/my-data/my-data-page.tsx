import { useState } from "preact/hooks";
import { Loaded } from "../../frame/loaded";
import { endedSession } from "../../session";
import { OwnSessionsCard } from "../../sign-in/own-sessions";
import { SubPage } from "../sub-page";
import { Consents } from "./consents";
import { toldOnPage } from "./device";
import { Devices } from "./devices";
import { ImportFile } from "./import-file";
import { loadMyData, type MyData } from "./load";
import { NotCounted } from "./not-counted";
import { SourceOrders } from "./source-orders";
import { TakeAlong } from "./take-along";
import { say } from "./words";
import "./my-data.css";

/** Where a resident's data comes from, which of it counts, and how to bring data in and take it along. */
export function MyDataPage() {
  return (
    <SubPage title={say("myData")}>
      <Loaded from={loadMyData}>{(data) => <Sections first={data} />}</Loaded>
    </SubPage>
  );
}

function Sections({ first }: { first: MyData }) {
  const [data, setData] = useState(first);
  // The request is done by then. If only the look afterwards fails, the page merely shows old data.
  const lookAgain = (): Promise<void> =>
    loadMyData().then(setData, (error) => {
      endedSession(error);
    });

  const told = toldOnPage(data);
  return (
    <>
      <div class="column">
        <SourceOrders data={data} told={told} />
        <Devices data={data} told={told} deleted={lookAgain} />
      </div>
      <div class="column">
        <NotCounted data={data} told={told} />
        <Consents data={data} />
        <OwnSessionsCard />
        <ImportFile imports={data.imports} imported={lookAgain} />
        <TakeAlong today={data.today} />
      </div>
    </>
  );
}
