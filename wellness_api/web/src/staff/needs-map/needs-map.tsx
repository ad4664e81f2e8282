import { useCallback, useState } from "preact/hooks";
import {
  answer,
  api,
  getZones,
  type Indicator,
  type IndicatorDescription,
  type Zones,
} from "../../client/api";
import { fullDay, momentHere } from "../../format";
import { Loaded } from "../../frame/loaded";
import { local } from "../../language";
import { say } from "../words";
import { heading, join, visibleValue, withUnit } from "./figures";
import { Legend } from "./legend";
import { MapFrame } from "./map-frame";
import { ZoneTable } from "./zone-table";
import "./needs-map.css";

interface Ground {
  indicators: IndicatorDescription[];
  zones: Zones;
}

const loadGround = async (): Promise<Ground> => {
  const [indicators, zones] = await Promise.all([answer(api.GET("/v1/indicators")), getZones()]);
  return { indicators: indicators.items, zones };
};

const loadIndicator = (code: string): Promise<Indicator> =>
  answer(api.GET("/v1/indicators/{code}", { params: { path: { code } } }));

/** Where in the city help is needed most, by one indicator at a time: a map, and a table with the same figures. */
export function NeedsMap() {
  return <Loaded from={loadGround}>{(ground) => <Chooser {...ground} />}</Loaded>;
}

function Chooser({ indicators, zones }: Ground) {
  const [code, setCode] = useState(indicators[0]?.code);
  const chosen = indicators.find((indicator) => indicator.code === code);
  if (!chosen) return <p>{say("noIndicators")}</p>;
  return (
    <section class="needs-map" aria-labelledby="needs-map-heading">
      <div class="needs-map-head">
        <h1 id="needs-map-heading">{say("needsMap")}</h1>
        <label class="indicator-select">
          <span>{say("indicator")}</span>
          <select
            data-testid="indicator-select"
            value={chosen.code}
            onChange={(event) => setCode(event.currentTarget.value)}
          >
            {indicators.map((indicator) => (
              <option key={indicator.code} value={indicator.code}>
                {local(indicator.name)}
              </option>
            ))}
          </select>
        </label>
      </div>
      <Chosen key={chosen.code} description={chosen} zones={zones} />
    </section>
  );
}

function Chosen({ description, zones }: { description: IndicatorDescription; zones: Zones }) {
  const load = useCallback(() => loadIndicator(description.code), [description.code]);
  return (
    <Loaded from={load}>
      {(indicator) => <Picture description={description} indicator={indicator} zones={zones} />}
    </Loaded>
  );
}

interface PictureProps {
  description: IndicatorDescription;
  indicator: Indicator;
  zones: Zones;
}

function Picture({ description, indicator, zones }: PictureProps) {
  const [selected, setSelected] = useState<string>();
  const figures = join(zones, indicator);
  const shared = { description, indicator, figures, selected, onSelect: setSelected };
  return (
    <>
      {/* There is nothing to choose on paper. */}
      <h2 class="on-paper">{heading(description)}</h2>
      <Facts indicator={indicator} />
      <div class="needs-map-body">
        <div class="card map-card">
          <MapFrame {...shared} zones={zones} />
          <Legend description={description} indicator={indicator} />
        </div>
        <ZoneTable {...shared} />
      </div>
    </>
  );
}

/** What the figures rest on: nobody should quote a figure without it. */
function Facts({ indicator }: { indicator: Indicator }) {
  const city = visibleValue(indicator.total);
  const { from, to } = indicator.period;
  return (
    <dl class="facts">
      {city !== undefined && (
        <div>
          <dt>{say("wholeCity")}</dt>
          <dd class="facts-city">{withUnit(city, indicator)}</dd>
        </div>
      )}
      <div>
        <dt>{say("period")}</dt>
        <dd>{say("periodRange", { from: fullDay(from), to: fullDay(to) })}</dd>
      </div>
      <div>
        <dt>{say("threshold")}</dt>
        <dd>{say("thresholdValue", { count: indicator.threshold })}</dd>
      </div>
      <div>
        <dt>{say("computedAt")}</dt>
        <dd>{momentHere(indicator.computed_at)}</dd>
      </div>
      <div class="facts-note">
        <dt class="for-screen-readers">{say("howRounded")}</dt>
        <dd>
          <small>{say("rounded")}</small>
        </dd>
      </div>
    </dl>
  );
}
