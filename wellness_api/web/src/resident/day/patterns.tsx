import type { Became } from "../../client/api";

type What = Became["what"];

const SIZE = 8;

/** The fill of a part of the drawing. Its lines distinguish it, and not its colour alone. */
const LINES: Record<What, { ground: string; line: string; path: string }> = {
  counted: { ground: "var(--accent)", line: "none", path: "" },
  late: { ground: "var(--accent-soft)", line: "var(--accent)", path: "M2 2h2v2h-2zM6 6h2v2h-2z" },
  overlapped: { ground: "var(--surface)", line: "var(--ink-muted)", path: "M-1 9L9 -1" },
  in_detail: { ground: "var(--surface)", line: "var(--accent)", path: "M0 4H8" },
  superseded: { ground: "var(--surface)", line: "var(--ink-muted)", path: "M0 4H8M4 0V8" },
  repeated: { ground: "var(--surface)", line: "var(--ink-muted)", path: "M4 0V8" },
  implausible: { ground: "var(--warn-soft)", line: "var(--warn-ink)", path: "M1 1L7 7M7 1L1 7" },
  deleted: { ground: "var(--surface)", line: "var(--warn-ink)", path: "M0 1H5" },
  uncounted: { ground: "var(--line)", line: "var(--ink)", path: "M3 3h2v2h-2z" },
};

export const fillOf = (what: What): string => `url(#fate-${what})`;

/** The patterns that fill the drawings and their legends, once on the page. */
export function Patterns() {
  return (
    <svg class="patterns" width="0" height="0" aria-hidden="true">
      <defs>
        {Object.entries(LINES).map(([what, { ground, line, path }]) => (
          <pattern
            key={what}
            id={`fate-${what}`}
            width={SIZE}
            height={SIZE}
            patternUnits="userSpaceOnUse"
          >
            <rect width={SIZE} height={SIZE} fill={ground} />
            <path d={path} stroke={line} stroke-width="1.6" fill="none" />
          </pattern>
        ))}
      </defs>
    </svg>
  );
}

/** A piece of the pattern, beside the words that explain it. */
export function Swatch({ what }: { what: What }) {
  return (
    <svg class="swatch" width="28" height="20" aria-hidden="true">
      <rect x="1" y="1" width="26" height="18" rx="3" class="part" fill={fillOf(what)} />
    </svg>
  );
}
