import { otherLanguage, switchLanguage } from "../language";
import { me } from "../session";
import { SignOut } from "../sign-in/sign-out";
import { say } from "../words";

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

function LanguageSwitch() {
  return (
    <button
      type="button"
      class="quiet"
      data-testid="language-switch"
      lang={otherLanguage()}
      onClick={switchLanguage}
    >
      {say("otherLanguageName")}
    </button>
  );
}
