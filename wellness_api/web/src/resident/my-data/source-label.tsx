import { sourceName } from "./source-name";
import "./source-label.css";

interface SourceLabelProps {
  source: string;
  venue?: string | null;
  note?: string;
}

/**
 * A source with a name that people can read. The technical name below distinguishes two devices of the same name. For
 * a hall or counter it is left out: there it is made from the name.
 */
export function SourceLabel({ source, venue, note }: SourceLabelProps) {
  return (
    <span class="source">
      <strong>{sourceName(source, venue)}</strong>
      {note && <small>{note}</small>}
      {!venue && (
        <small class="technical" translate={false}>
          {source}
        </small>
      )}
    </span>
  );
}
