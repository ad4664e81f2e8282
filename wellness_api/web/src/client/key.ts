/**
 * A key with which a repeated call counts once. It does not use `randomUUID`, which browsers have only over HTTPS and
 * on this machine.
 */
export const newKey = (): string =>
  Array.from(crypto.getRandomValues(new Uint32Array(4)), (part) =>
    part.toString(16).padStart(8, "0"),
  ).join("");
