import { language, nameOf } from "../language";
import { me } from "../session";
import { SignOut } from "../sign-in/sign-out";
import { languages, switchLanguage } from "../words";

/** The bar on top of every page: where I am, my language, my way out. */
export function Header({ title }: { title: string }) {
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

/** A button for each other language. Without a connection its words do not come, and the page stays as it is. */
function LanguageSwitch() {
  return languages
    .filter((each) => each !== language.value)
    .map((each) => (
      <button
        key={each}
        type="button"
        class="quiet"
        data-testid="language-switch"
        lang={each}
        onClick={() => switchLanguage(each).catch(() => undefined)}
      >
        {nameOf(each)}
      </button>
    ));
}
