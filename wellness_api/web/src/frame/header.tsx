import { useEffect, useState } from "preact/hooks";
import { type Language, language, nameOf } from "../language";
import { me } from "../session";
import { SignOut } from "../sign-in/sign-out";
import { languages, say, switchLanguage } from "../words";

interface HeaderProps {
  title: string;
  /** What the page is called in the browser's tabs and history, before the service's name. */
  page?: string;
}

/** The bar at the top of every page: the page's title, the language, and the way out. */
export function Header({ title, page }: HeaderProps) {
  const called =
    page === undefined ? say("appName") : say("pageTitle", { page, service: say("appName") });
  useEffect(() => {
    document.title = called;
  }, [called]);
  return (
    <header class="bar">
      <p class="bar-title">{title}</p>
      <div class="bar-actions">
        <LanguageSwitch />
        {me.value && <SignOut />}
      </div>
    </header>
  );
}

/**
 * A button for each other language. Without a connection its words do not arrive: then the page says so, and stays as
 * it is.
 */
function LanguageSwitch() {
  const [isOffline, setOffline] = useState(false);
  const change = (to: Language) =>
    switchLanguage(to).then(
      () => setOffline(false),
      () => setOffline(true),
    );
  return (
    <>
      {languages
        .filter((other) => other !== language.value)
        .map((other) => (
          <button
            key={other}
            type="button"
            class="quiet"
            data-testid="language-switch"
            lang={other}
            onClick={() => change(other)}
          >
            {nameOf(other)}
          </button>
        ))}
      {isOffline && <span role="alert">{say("problemOffline")}</span>}
    </>
  );
}
