import { Header } from "../frame/header";
import { me } from "../session";
import { OwnSessionsCard } from "../sign-in/own-sessions";
import { NeedsMap } from "./needs-map/needs-map";
import { Programmes } from "./programmes/programmes";
import { HandingOut } from "./rewards/handing-out";
import { Rewards } from "./rewards/rewards";
import { SetAsideSection } from "./set-aside/set-aside";
import { say } from "./words";
import "./staff.css";

/**
 * The staff's page: the needs map and handing out goods for all staff, the other parts for those who are responsible
 * for them.
 */
export function StaffPage() {
  return (
    <>
      <Header title={say("appName")} page={say("staffPage")} />
      <main class="staff">
        <NeedsMap />
        {me.value?.role === "programme_officer" && <Programmes />}
        {me.value?.role === "programme_officer" ? <Rewards /> : <HandingOut />}
        <SetAsideSection />
        <OwnSessionsCard />
      </main>
    </>
  );
}
