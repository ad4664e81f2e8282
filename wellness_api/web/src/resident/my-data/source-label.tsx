import { sourceName } from "./source-name";
import "./source-label.css";

interface SourceLabelProps {
  source: string;
  venue?: string | null;
  note?: string;
}

/**
 * A source by a name that people can read; the technical one below tells two devices of the same name apart. Of a hall or
 * counter it says nothing: there it is made of the name.
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
