// Messages use the part of ICU MessageFormat that wellness_api/words/messages.py describes: {name}, and plurals.

export type Arguments = Readonly<Record<string, string | number>>;

const SLOT = /\{([a-z][a-z_]*)\}/y;
const PLURAL = /\{([a-z][a-z_]*), plural, one \{/y;
const BETWEEN_FORMS = "} other {";
const END_OF_PLURAL = "}}";

/** The message with its arguments; numbers as the locale writes them. */
export function spoken(message: string, args: Arguments, locale: string): string {
  let place = 0;

  const write = (name: string): string => {
    const value = args[name] ?? "";
    return typeof value === "number" ? new Intl.NumberFormat(locale).format(value) : value;
  };

  const take = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = place;
    const match = pattern.exec(message);
    if (match) place = pattern.lastIndex;
    return match?.[1];
  };

  /** Reads up to a brace that was not opened here; `counted`: what a # stands for. */
  const read = (counted?: string): string => {
    let text = "";
    while (place < message.length && message[place] !== "}") {
      const name = take(SLOT);
      const plural = name === undefined ? take(PLURAL) : undefined;
      if (name !== undefined) text += write(name);
      else if (plural !== undefined) text += form(plural);
      else if (message[place] === "#" && counted !== undefined) {
        text += write(counted);
        place += 1;
      } else text += message[place++];
    }
    return text;
  };

  const form = (name: string): string => {
    const one = read(name);
    place += BETWEEN_FORMS.length;
    const other = read(name);
    place += END_OF_PLURAL.length;
    return args[name] === 1 ? one : other;
  };

  return read();
}
