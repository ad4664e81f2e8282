import type { PublishedDraw } from "../client/api";

/** The result of a check of a draw: everything is right, or what is wrong, or that this browser cannot tell. */
export type Finding = "right" | "seed" | "list" | "winners" | "unable";

/** The SHA-256 of a text, in hexadecimal. */
async function sha256(text: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Works the winners out anew from the published draw alone, as docs/draws.md describes. */
export async function check(draw: PublishedDraw): Promise<Finding> {
  // Browsers can hash only on pages that came over HTTPS or from the same computer.
  if (!crypto.subtle) return "unable";
  if ((await sha256(draw.seed ?? "")) !== draw.commitment) return "seed";
  const list = draw.entrants.map((line) => `${line}\n`).join("");
  if ((await sha256(list)) !== draw.list_digest) return "list";
  const entries = await winningEntries(draw);
  const same =
    entries.length === draw.winners.length &&
    draw.winners.every(({ entry }, index) => entry === entries[index]);
  return same ? "right" : "winners";
}

async function winningEntries(draw: PublishedDraw): Promise<string[]> {
  const before = `${draw.seed}|${draw.list_digest}|${draw.public_value ?? ""}|`;
  const hashed: { hash: string; entry: string; person: string }[] = [];
  for (const line of draw.entrants) {
    const [person = "", entries] = line.split(" ");
    for (let number = 1; number <= Number(entries); number++) {
      const entry = `${person}-${number}`;
      hashed.push({ hash: await sha256(before + entry), entry, person });
    }
  }
  hashed.sort((a, b) => (a.hash + a.entry < b.hash + b.entry ? -1 : 1));
  const prizes = draw.prizes.reduce((sum, prize) => sum + prize.count, 0);
  const persons = new Set<string>();
  return hashed
    .filter(({ person }) => !draw.one_prize_each || (!persons.has(person) && persons.add(person)))
    .slice(0, prizes)
    .map(({ entry }) => entry);
}
