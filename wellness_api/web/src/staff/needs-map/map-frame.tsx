import { useEffect, useRef, useState } from "preact/hooks";
import type { Indicator, IndicatorDescription, Zones } from "../../client/api";
import { language, local } from "../../language";
import { say } from "../words";
import type { DrawnMap, Paint } from "./drawing";
import { brief, type ZoneFigure, zoneName } from "./figures";
import { LOOKS, labelRank, lookOf } from "./looks";
import { PaperMap } from "./paper-map";

interface MapFrameProps {
  description: IndicatorDescription;
  indicator: Indicator;
  zones: Zones;
  figures: ZoneFigure[];
  selected: string | undefined;
  onSelect: (zone: string) => void;
}

/** The map in its frame. MapLibre is fetched only here, when the table can already be read. */
export function MapFrame(props: MapFrameProps) {
  const { description, zones, selected, onSelect } = props;
  const frame = useRef<HTMLDivElement>(null);
  const [map, setMap] = useState<DrawnMap>();
  const [failed, setFailed] = useState(false);
  const spoken = language.value;

  // The controls' words are set once, so a new language draws the map anew.
  useEffect(() => {
    let drawn: DrawnMap | undefined;
    let wanted = true;
    import("./drawing")
      .then(({ drawMap }) => {
        if (!wanted || !frame.current) return;
        drawn = drawMap(frame.current, { zones, onSelect, words: controlWords(description) });
        setMap(drawn);
      })
      // No WebGL, or the download failed: the drawing for paper says the same.
      .catch(() => setFailed(true));
    return () => {
      wanted = false;
      drawn?.remove();
      setMap(undefined);
    };
  }, [zones, onSelect, spoken]);

  const paints = paintsOf(props);
  useEffect(() => map?.paint(paints, selected));

  const paper = (
    <PaperMap
      description={description}
      indicator={props.indicator}
      zones={zones}
      figures={props.figures}
    />
  );
  if (failed)
    return (
      <div class="map-failed">
        {paper}
        <small>{say("mapUnavailable")}</small>
      </div>
    );
  return (
    <>
      <div ref={frame} class="map" data-testid="map" />
      {paper}
    </>
  );
}

const controlWords = (description: IndicatorDescription): Record<string, string> => ({
  "Map.Title": say("mapLabel", { indicator: local(description.name) }),
  "Marker.Title": say("zone"),
  "NavigationControl.ZoomIn": say("mapZoomIn"),
  "NavigationControl.ZoomOut": say("mapZoomOut"),
});

function paintsOf({ figures, indicator }: MapFrameProps): Paint[] {
  return figures.map(({ zone, cell }) => ({
    zone: zone.properties.zone,
    name: zoneName(zone),
    note: brief(cell, indicator),
    colour: colourOf(cell),
    rank: labelRank(lookOf(cell)),
  }));
}

/** Undefined for a hidden zone, which is hatched instead. */
function colourOf(cell: ZoneFigure["cell"]): string | undefined {
  const look = lookOf(cell);
  return look === "hidden" ? undefined : LOOKS[look].colour;
}
