import type { Draw, OwnDraw } from "../client/api";
import { day, number } from "../format";
import { local } from "../language";
import { saying } from "../words";

type Either = Draw | OwnDraw;
type Terms = NonNullable<Either["public_value_terms"]>;

/** Where residents have the first page's words loaded, and everybody those of the draws. */
const say = saying<"frame">();

/** Whether the draw cannot be drawn yet for want of its public value. */
export const waitsForValue = (draw: Either): boolean =>
  draw.public_value_terms !== null && draw.public_value === null;

/** What a closed draw waits for, from when it is known, and until when it is waited for. */
export function WaitsForValue({ draw }: { draw: Either }) {
  const { public_value_source: source, public_value_terms: terms } = draw;
  if (source === null || terms === null) return null;
  return (
    <>
      <span>{say("drawWhenValue", { draws: day(draw.draws_on) })}</span>
      <span>
        {say("valueAwaited", {
          source: local(source),
          form: valueForm(terms, draw.public_value_round),
          known: day(terms.known_on),
        })}
      </span>
      <span>{say("valueLastDay", { last: day(terms.last_day) })}</span>
    </>
  );
}

/** What a public value looks like, or of which round it is. */
export function valueForm(terms: Terms, round: number | null | undefined): string {
  switch (terms.kind) {
    case "digits":
      return say("formDigits", { digits: terms.digits ?? 0 });
    case "drand":
      return say("formDrand", { round: number(round ?? 0) });
    case "characters":
      return say("formCharacters");
  }
}
