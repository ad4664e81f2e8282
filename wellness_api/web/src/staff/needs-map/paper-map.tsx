import type { Indicator, IndicatorDescription, Zone, Zones } from "../../client/api";
import { local } from "../../language";
import { say } from "../words";
import { brief, type ZoneFigure, zoneName } from "./figures";
import { LOOKS, labelRank, lookOf } from "./looks";
import { boundsOf, labelPoint, rings } from "./shapes";

/**
 * The size that the city's drawing fills, in one direction or the other: a letter of 18 in 700 is 8 points on the 10
 * cm of the sheet.
 */
const WIDTH_MAX = 1200;
const HEIGHT_MAX = 700;
const MARGIN = 24;
const LINE = 20;
const LETTER = 18; // as in needs-map.css
/** How far, in lines, a label moves away from another label in its place; if every place is taken, it stays. */
const MOVES = [0, 1, -1, 2, -2, 3, -3];

interface PaperMapProps {
  description: IndicatorDescription;
  indicator: Indicator;
  zones: Zones;
  figures: ZoneFigure[];
}

/**
 * The same map as a line drawing: for paper, on which a canvas comes out empty or blurred, and for browsers without
 * WebGL. Patterns distinguish the zones in black and white as well.
 */
export function PaperMap({ description, indicator, zones, figures }: PaperMapProps) {
  const { width, height, place } = projectionOf(zones);
  const labels = placed(figures, indicator, place);
  return (
    <svg
      class="paper-map"
      role="img"
      aria-label={say("mapLabel", { indicator: local(description.name) })}
      viewBox={`0 0 ${width} ${height}`}
      data-testid="paper-map"
    >
      <Patterns />
      {figures.map(({ zone, cell }) => (
        <path
          key={zone.properties.zone}
          class="outline"
          data-zone={zone.properties.zone}
          d={outlineOf(zone, place)}
          fill={`url(#paper-${lookOf(cell)})`}
          fill-rule="evenodd"
        />
      ))}
      {labels.map(({ key, x, y, lines }) => (
        <text key={key} text-anchor="middle">
          {lines.map((line, row) => (
            <tspan key={line} x={x} y={y + row * LINE}>
              {line}
            </tspan>
          ))}
        </text>
      ))}
    </svg>
  );
}

/**
 * Worse is dark and solid, better has horizontal lines, hidden has slanted lines; zones that do not differ from the
 * rest are plain.
 */
function Patterns() {
  const plain = (look: keyof typeof LOOKS) => (
    <rect width="12" height="12" fill={LOOKS[look].colour} />
  );
  const tile = { width: 12, height: 12, patternUnits: "userSpaceOnUse" } as const;
  return (
    <defs>
      <pattern id="paper-worse" {...tile}>
        {plain("worse")}
      </pattern>
      <pattern id="paper-notDifferent" {...tile}>
        {plain("notDifferent")}
      </pattern>
      <pattern id="paper-better" {...tile}>
        {plain("better")}
        <path d="M0 6H12" stroke="#1b4f7f" stroke-width="2" />
      </pattern>
      <pattern id="paper-hidden" {...tile} patternTransform="rotate(45)">
        {plain("hidden")}
        <path d="M3 0V12" stroke="#8a8592" stroke-width="3" />
      </pattern>
      <pattern id="paper-noData" {...tile}>
        {plain("noData")}
      </pattern>
    </defs>
  );
}

type Place = (point: readonly number[]) => [number, number];

/** A city is small enough for a map on which a degree of longitude is shorter by the cosine of the latitude. */
function projectionOf(zones: Zones): { width: number; height: number; place: Place } {
  const [[west, south], [east, north]] = boundsOf(zones);
  const narrowing = Math.cos((((south + north) / 2) * Math.PI) / 180);
  const wide = (east - west) * narrowing;
  const high = north - south;
  const scale = Math.min((WIDTH_MAX - 2 * MARGIN) / wide, (HEIGHT_MAX - 2 * MARGIN) / high);
  return {
    width: Math.ceil(wide * scale + 2 * MARGIN),
    height: Math.ceil(high * scale + 2 * MARGIN),
    place: ([longitude = west, latitude = north]) => [
      MARGIN + (longitude - west) * narrowing * scale,
      MARGIN + (north - latitude) * scale,
    ],
  };
}

function outlineOf(zone: Zone, place: Place): string {
  return rings(zone)
    .map((ring) => `M${ring.map((point) => place(point).map(Math.round).join(" ")).join("L")}Z`)
    .join("");
}

interface Label {
  key: string;
  x: number;
  y: number;
  width: number;
  lines: [string, string];
}

function placed(figures: ZoneFigure[], indicator: Indicator, place: Place): Label[] {
  const labels: Label[] = [];
  const first = [...figures].sort((a, b) => labelRank(lookOf(a.cell)) - labelRank(lookOf(b.cell)));
  for (const { zone, cell } of first) {
    const [x, y] = place(labelPoint(zone));
    const lines: [string, string] = [zoneName(zone), brief(cell, indicator)];
    const width = Math.max(...lines.map(widthOf));
    const moved = MOVES.map((move) => y + move * LINE);
    const free = moved.find(
      (lineY) => !labels.some((other) => meet({ x, y: lineY, width }, other)),
    );
    labels.push({ key: zone.properties.zone, x, y: free ?? y, width, lines });
  }
  return labels;
}

const meet = (a: Pick<Label, "x" | "y" | "width">, b: Label): boolean =>
  Math.abs(a.x - b.x) < (a.width + b.width) / 2 && Math.abs(a.y - b.y) < 2 * LINE;

/** Latin letters and digits are about half as wide as Japanese ones. */
const widthOf = (text: string): number =>
  [...text].reduce((sum, letter) => sum + LETTER * (letter < "\u2e80" ? 0.6 : 1), 0);
