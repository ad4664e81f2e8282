import { useState } from "preact/hooks";
import type { Cell, Indicator, IndicatorDescription } from "../../client/api";
import { number } from "../../format";
import { language, local } from "../../language";
import { say } from "../words";
import {
  absence,
  figure,
  heading,
  intervalOf,
  isShare,
  visibleValue,
  type ZoneFigure,
  zoneName,
} from "./figures";
import { LOOKS, lookOf, swatchOf } from "./looks";

interface ZoneTableProps {
  description: IndicatorDescription;
  indicator: Indicator;
  figures: ZoneFigure[];
  selected: string | undefined;
  onSelect: (zone: string) => void;
}

type Column = "zone" | "value" | "count" | "denominator";
interface Order {
  column: Column;
  descending: boolean;
}

/** The figures of the map as a table that can be sorted, read aloud and copied. */
export function ZoneTable(props: ZoneTableProps) {
  const { description, indicator, figures } = props;
  // The greatest need first: that is what people come here to see.
  const [order, setOrder] = useState<Order>({
    column: "value",
    descending: !indicator.higher_is_better,
  });
  const share = isShare(indicator);
  const head = (column: Column, text: string) => (
    <SortableHead column={column} text={text} order={order} onOrder={setOrder} />
  );
  return (
    <div class="card table-card">
      <table data-testid="indicator-table">
        <caption>
          <span>{say("tableCaption", { indicator: local(description.name) })}</span>
        </caption>
        <thead>
          <tr>
            {head("zone", say("zone"))}
            {head("value", heading(description))}
            <th scope="col">{say("interval95")}</th>
            <th scope="col" class="beside">
              {say("besideTheRest")}
            </th>
            {share && head("count", say("counted"))}
            {head("denominator", say("denominator"))}
          </tr>
        </thead>
        <tbody>
          {sorted(figures, order).map((of) => (
            <ZoneRow key={of.zone.properties.zone} of={of} share={share} {...props} />
          ))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row">{say("wholeCity")}</th>
            <Figures cell={indicator.total} indicator={indicator} share={share} />
          </tr>
        </tfoot>
      </table>
    </div>
  );
}

interface SortableHeadProps {
  column: Column;
  text: string;
  order: Order;
  onOrder: (order: Order) => void;
}

function SortableHead({ column, text, order, onOrder }: SortableHeadProps) {
  const sortedBy = order.column === column;
  const direction = order.descending ? "descending" : "ascending";
  return (
    <th scope="col" aria-sort={sortedBy ? direction : "none"}>
      <button
        type="button"
        onClick={() => onOrder({ column, descending: sortedBy ? !order.descending : false })}
      >
        {text}
        <span class="sort-mark" aria-hidden="true">
          {sortedBy ? (order.descending ? "▼" : "▲") : ""}
        </span>
      </button>
    </th>
  );
}

function ZoneRow(props: ZoneTableProps & { of: ZoneFigure; share: boolean }) {
  const { of, indicator, selected, onSelect, share } = props;
  const zone = of.zone.properties.zone;
  return (
    <tr class={zone === selected ? "selected" : undefined} data-zone={zone}>
      <th scope="row">
        <button type="button" aria-pressed={zone === selected} onClick={() => onSelect(zone)}>
          <span {...swatchOf(lookOf(of.cell))} />
          {zoneName(of.zone)}
        </button>
      </th>
      <Figures cell={of.cell} indicator={indicator} share={share} compared />
    </tr>
  );
}

interface FiguresProps {
  cell: Cell | undefined;
  indicator: Indicator;
  share: boolean;
  /** Whether the row is a zone: the city has nothing to be compared with. */
  compared?: boolean;
}

function Figures({ cell, indicator, share, compared }: FiguresProps) {
  const value = visibleValue(cell);
  if (value === undefined)
    return (
      <td class="absent" colSpan={share ? 5 : 4}>
        <span>{absence(cell, indicator)}</span>
      </td>
    );
  return (
    <>
      <td>
        <strong>{figure(value, indicator)}</strong>
      </td>
      <td class="interval">{intervalOf(cell, indicator)}</td>
      <td class="beside">{compared && say(LOOKS[lookOf(cell)].word)}</td>
      {share && <td>{countOf(cell?.count)}</td>}
      <td>{countOf(cell?.denominator)}</td>
    </>
  );
}

const countOf = (count: number | null | undefined): string => (count == null ? "" : number(count));

/** What the column shows for the cell: nothing where the row says in words why there is no figure. */
function shownIn(column: "value" | "count" | "denominator", cell: Cell | undefined) {
  return visibleValue(cell) === undefined ? undefined : (cell?.[column] ?? undefined);
}

/** Zones without a figure stay last, in whichever order the others are. */
function sorted(figures: ZoneFigure[], order: Order): ZoneFigure[] {
  const names = new Intl.Collator(language.value);
  const byName = (a: ZoneFigure, b: ZoneFigure) =>
    names.compare(zoneName(a.zone), zoneName(b.zone));
  const way = order.descending ? -1 : 1;
  if (order.column === "zone") return [...figures].sort((a, b) => way * byName(a, b));
  const column = order.column;
  return [...figures].sort((a, b) => {
    const left = shownIn(column, a.cell);
    const right = shownIn(column, b.cell);
    if (left === undefined || right === undefined)
      return Number(left === undefined) - Number(right === undefined) || byName(a, b);
    return way * (left - right) || byName(a, b);
  });
}
