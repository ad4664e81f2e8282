import {
  type ExpressionSpecification,
  LngLatBounds,
  Map as MapLibreMap,
  Marker,
  NavigationControl,
  setWorkerUrl,
} from "maplibre-gl";
import workerUrl from "maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url";
import type { Zones } from "../../client/api";
import { hatch } from "./hatch";
import { hideOverlaps } from "./overlaps";
import { boundsOf, labelPoint } from "./shapes";
import "maplibre-gl/dist/maplibre-gl.css";

// A file of our own origin instead of a blob: so the page's Content-Security-Policy can stay narrow.
setWorkerUrl(workerUrl);

const GROUND = "#f1eee9";
const OUTLINE = "#6b6277";
const OUTLINE_SELECTED = "#241f30";
const PADDING = 28; // pixels
const SEE_THROUGH = "rgba(0, 0, 0, 0)";
const IS_SELECTED: ExpressionSpecification = ["boolean", ["feature-state", "selected"], false];

/** How one zone looks: coloured by its value, or hatched when it has no value to show. */
export interface Paint {
  zone: string;
  name: string;
  note: string;
  colour: string | undefined;
  /** When two labels would overlap, the label with the lower rank stays. */
  rank: number;
}

export interface DrawnMap {
  paint: (paints: Paint[], selected: string | undefined) => void;
  remove: () => void;
}

interface Setting {
  zones: Zones;
  onSelect: (zone: string) => void;
  words: Record<string, string>;
}

/** Draws the zones without any tile or glyph server: fills and lines from the GeoJSON, labels as plain HTML. */
export function drawMap(container: HTMLElement, { zones, onSelect, words }: Setting): DrawnMap {
  const bounds = new LngLatBounds(boundsOf(zones));
  const map = new MapLibreMap({
    container,
    style: { version: 8, sources: {}, layers: [] },
    bounds,
    fitBoundsOptions: { padding: PADDING },
    attributionControl: false,
    dragRotate: false,
    touchPitch: false,
    maxPitch: 0,
    renderWorldCopies: false,
    locale: words,
  });
  map.touchZoomRotate.disableRotation();
  map.keyboard.disableRotation();
  map.addControl(new NavigationControl({ showCompass: false }), "top-right");

  const labels = addLabels(map, zones);
  let inOrder = [...labels.values()];
  const tidy = () => hideOverlaps(inOrder);
  map.on("move", tidy);
  // A reader who makes the text larger does not move the map.
  const sizes = new ResizeObserver(tidy);
  for (const label of inOrder) sizes.observe(label);
  refitUntilMoved(map, bounds);
  const busy = (yes: boolean) => container.setAttribute("aria-busy", String(yes));
  busy(true);
  map.on("idle", () => busy(false));
  map.on("click", "zones", (event) => {
    const zone: unknown = event.features?.[0]?.properties.zone;
    if (typeof zone === "string") onSelect(zone);
  });

  let pending: (() => void) | undefined;
  map.once("load", () => {
    addLayers(map, zones);
    pending?.();
  });
  return {
    paint: (paints, selected) => {
      for (const paint of paints) fillLabel(labels.get(paint.zone), paint, paint.zone === selected);
      inOrder = byRank(labels, paints);
      tidy();
      busy(true);
      const colour = () => colourZones(map, paints, selected);
      if (map.getLayer("zones")) colour();
      else pending = colour;
    },
    remove: () => {
      sizes.disconnect();
      map.remove();
    },
  };
}

/** Keeps the whole city in view when the window changes, until the viewer has chosen a view of their own. */
function refitUntilMoved(map: MapLibreMap, bounds: LngLatBounds): void {
  let moved = false;
  map.on("movestart", (event) => {
    if (event.originalEvent) moved = true;
  });
  map.on("resize", () => {
    if (!moved) map.fitBounds(bounds, { padding: PADDING, animate: false });
  });
}

function addLayers(map: MapLibreMap, zones: Zones): void {
  map.addImage("hatch", hatch(), { pixelRatio: 2 });
  map.addSource("zones", { type: "geojson", data: zones, promoteId: "zone" });
  map.addLayer({ id: "ground", type: "background", paint: { "background-color": GROUND } });
  map.addLayer({
    id: "hidden",
    type: "fill",
    source: "zones",
    paint: { "fill-pattern": "hatch" },
  });
  // Colour and selection are state of the features: they change without sending the shapes to the worker again.
  map.addLayer({
    id: "zones",
    type: "fill",
    source: "zones",
    paint: { "fill-color": ["to-color", ["feature-state", "colour"], SEE_THROUGH] },
  });
  map.addLayer({
    id: "outlines",
    type: "line",
    source: "zones",
    layout: { "line-join": "round" },
    paint: {
      "line-color": ["case", IS_SELECTED, OUTLINE_SELECTED, OUTLINE],
      "line-width": ["case", IS_SELECTED, 4, 1.2],
    },
  });
}

function colourZones(map: MapLibreMap, paints: Paint[], selected: string | undefined): void {
  for (const { zone, colour } of paints)
    map.setFeatureState({ source: "zones", id: zone }, { colour, selected: zone === selected });
}

/** One label for each zone, the most populous zone first. */
function addLabels(map: MapLibreMap, zones: Zones): Map<string, HTMLElement> {
  const labels = new Map<string, HTMLElement>();
  const features = [...zones.features].sort(
    (a, b) => b.properties.population - a.properties.population,
  );
  for (const feature of features) {
    const element = document.createElement("div");
    element.className = "map-label";
    new Marker({ element }).setLngLat(labelPoint(feature)).addTo(map);
    // The table says the same in order; read aloud as a list of loose labels, this would only be noise.
    element.setAttribute("aria-hidden", "true");
    element.removeAttribute("tabindex");
    labels.set(feature.properties.zone, element);
  }
  return labels;
}

/**
 * The labels with the lowest rank first, and among these the most populous zones: they stay where there is no room
 * for all.
 */
function byRank(labels: Map<string, HTMLElement>, paints: Paint[]): HTMLElement[] {
  const ranks = new Map(paints.map(({ zone, rank }) => [zone, rank]));
  const rankOf = (zone: string): number => ranks.get(zone) ?? ranks.size;
  return [...labels].sort(([a], [b]) => rankOf(a) - rankOf(b)).map(([, label]) => label);
}

function fillLabel(label: HTMLElement | undefined, paint: Paint, selected: boolean): void {
  if (!label) return;
  const name = document.createElement("span");
  name.textContent = paint.name;
  const note = document.createElement("strong");
  note.textContent = paint.note;
  label.replaceChildren(name, note);
  label.classList.toggle("selected", selected);
}
