import type { Today } from "../client/api";
import { list } from "../format";
import { local } from "../language";

/** The programmes that give nothing for days on which the resident did not take part, and why. */
export function NotTakingPart({ programmes }: { programmes: Today["not_taking_part"] }) {
  return (
    <>
      {programmes.map((of) => (
        <p key={of.why} class="not-taking-part" data-testid={`not-taking-part-${of.why}`}>
          <strong>{list(of.programmes.map(({ name }) => local(name)))}</strong>
          <br />
          {local(of.reason)}
        </p>
      ))}
    </>
  );
}
