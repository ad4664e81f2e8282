const CODE_PARAMETER = "code";

/** Removes the code from the address, so that it is neither bookmarked nor seen by the next person. */
export function takeCodeFromAddress(): string {
  const address = new URL(location.href);
  const code = address.searchParams.get(CODE_PARAMETER) ?? "";
  if (address.searchParams.has(CODE_PARAMETER)) {
    address.searchParams.delete(CODE_PARAMETER);
    history.replaceState(null, "", address);
  }
  return code;
}
