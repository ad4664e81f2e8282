import { sourceName } from "./source-name";

/** A source by a name that people can read; the technical one below tells two of the same name apart. */
export function SourceLabel({ source, note }: { source: string; note?: string }) {
  return (
    <span class="source">
      <strong>{sourceName(source)}</strong>
      {note && <small>{note}</small>}
      <small class="technical" translate={false}>
        {source}
      </small>
    </span>
  );
}
