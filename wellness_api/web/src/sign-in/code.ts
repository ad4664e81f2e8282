const CODE_PARAMETER = "code";

/**
 * The code as printed, from what a person typed: Japanese keyboards give full-width letters, several kinds
 * of dash and ideographic spaces that look the same on the screen.
 */
export function readCode(written: string): string {
  return written
    .normalize("NFKC")
    .replace(/[\u2010-\u2015\u2212\u30fc]/g, "-")
    .replace(/\s+/g, "");
}

/** Takes the code out of the address, so that it is neither bookmarked nor seen by the next person. */
export function takeCodeFromAddress(): string {
  const address = new URL(location.href);
  const code = address.searchParams.get(CODE_PARAMETER) ?? "";
  if (address.searchParams.has(CODE_PARAMETER)) {
    address.searchParams.delete(CODE_PARAMETER);
    history.replaceState(null, "", address);
  }
  return code;
}
