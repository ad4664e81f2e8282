import type { Told } from "./source-name";
import "./source-label.css";

interface SourceLabelProps {
  source: string;
  told: Told | undefined;
  note?: string;
}

/** A source by the name that it has in its list, and by its id where nothing else tells it from another one there. */
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
