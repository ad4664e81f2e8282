import { Header } from "../frame/header";
import { me } from "../session";
import { say } from "../words";
import { NeedsMap } from "./needs-map/needs-map";
import { Programmes } from "./programmes/programmes";
import { Rewards } from "./rewards/rewards";
import "./staff.css";

/** The staff's page: the needs map for all of them, the programmes for those who answer for them. */
export function StaffPage() {
  return (
    <>
      <Header title={say("appName")} />
      <main class="staff">
        <NeedsMap />
        {me.value?.role === "programme_officer" && <Programmes />}
        {me.value?.role === "programme_officer" && <Rewards />}
      </main>
    </>
  );
}
