import { answer, api, type FhirPage } from "../../client/api";
import { monthsBack, type Span, spanOf } from "./months";

export const MONTHS_OFFERED = 12;

type Told = (sofar: number) => void;

/** The steps of the last months as one CSV table, or nothing. It asks month by month, since an answer has a limit. */
export async function stepsAsCsv(
  today: string,
  timeZone: string,
  told: Told,
): Promise<Blob | undefined> {
  const months = monthsBack(today, MONTHS_OFFERED).reverse();
  const tables: string[] = [];
  for (const [done, month] of months.entries()) {
    told(Math.floor((100 * done) / months.length));
    const table = await answer(
      api.GET("/v1/me/samples", {
        params: { query: { metric: "steps", ...spanOf(month, timeZone) } },
        headers: { Accept: "text/csv" },
        parseAs: "text",
      }),
    );
    tables.push(table);
  }
  const [heading = ""] = (tables[0] ?? "").split("\n", 1);
  const lines = tables.map((table) => table.slice(table.indexOf("\n") + 1)).filter(Boolean);
  if (lines.length === 0) return undefined;
  return new Blob([`${heading}\n`, ...lines], { type: "text/csv" });
}

/** All data of a month as one FHIR Bundle, or nothing; the API returns it page by page. */
export async function monthAsFhir(
  month: string,
  timeZone: string,
  told: Told,
): Promise<Blob | undefined> {
  const entries: string[] = [];
  let cursor: string | null = null;
  do {
    const query: Span & { cursor?: string } = {
      ...spanOf(month, timeZone),
      ...(cursor === null ? {} : { cursor }),
    };
    const page: FhirPage = await answer(api.GET("/v1/me/fhir", { params: { query } }));
    entries.push(...(page.entry ?? []).map((entry) => JSON.stringify(entry)));
    told(entries.length);
    const next = page.link.find((link) => link.relation === "next");
    cursor = next ? new URL(next.url).searchParams.get("cursor") : null;
  } while (cursor !== null);
  if (entries.length === 0) return undefined;
  return new Blob(
    ['{"resourceType":"Bundle","type":"collection","entry":[\n', entries.join(",\n"), "\n]}\n"],
    { type: "application/fhir+json" },
  );
}

/** Makes the browser save the content as a file. */
export function save(content: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  // A browser may still be reading when `click` returns.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
