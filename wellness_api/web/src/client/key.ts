/** A key by which a call that is sent again counts once. Not `randomUUID`, which browsers have over HTTPS and on this machine only. */
export const newKey = (): string =>
  Array.from(crypto.getRandomValues(new Uint32Array(4)), (part) =>
    part.toString(16).padStart(8, "0"),
  ).join("");
