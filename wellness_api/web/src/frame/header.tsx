import { useState } from "preact/hooks";
import { otherLanguage, switchLanguage } from "../language";
import { me, signOut } from "../session";
import { say } from "../words";
import { explained } from "./problem";

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

function SignOut() {
  const [error, setError] = useState<unknown>();
  return (
    <>
      <button
        type="button"
        class="quiet"
        data-testid="sign-out"
        onClick={() => signOut().catch(setError)}
      >
        {say("signOut")}
      </button>
      {error !== undefined && (
        <p class="bar-error" role="alert">
          {explained(error)}
        </p>
      )}
    </>
  );
}
