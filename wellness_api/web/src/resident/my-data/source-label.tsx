import type { Told } from "./source-name";
import "./source-label.css";

interface SourceLabelProps {
  source: string;
  told: Told | undefined;
  note?: string;
}

/** A source by its name in the list; with its id if nothing else distinguishes it from another source there. */
export function SourceLabel({ source, told, note }: SourceLabelProps) {
  return (
    <span class="source">
      <strong>{told?.name ?? source}</strong>
      {note && <small>{note}</small>}
      {(told?.byId ?? false) && (
        <small class="technical" translate={false}>
          {source}
        </small>
      )}
    </span>
  );
}
