import type { ComponentChildren } from "preact";
import { Header } from "../frame/header";
import { me } from "../session";
import { say } from "../words";
import "./resident.css";
import "./sub-page.css";

interface SubPageProps {
  title: string;
  /** What the title is about, which tells one such page from another in the browser's tabs. */
  about?: string | undefined;
  children: ComponentChildren;
}

/** A page behind the resident's first page, with the way back. */
export function SubPage({ title, about, children }: SubPageProps) {
  return (
    <>
      <Header
        title={say("greeting", { name: me.value?.display_name ?? "" })}
        page={about === undefined ? title : `${title} ${about}`}
      />
      <main class="resident">
        <div class="sub-page-top">
          <a href="/" data-testid="back-to-today">
            <span aria-hidden="true">←</span>
            {say("backToToday")}
          </a>
          <h1>{title}</h1>
        </div>
        {children}
      </main>
    </>
  );
}
