import type { FeatureCollection, MultiPolygon, Polygon } from "geojson";
import createClient from "openapi-fetch";
import { type Language, language } from "../language";
import type { components, paths } from "./schema";

type Answer<Path extends keyof paths, Method extends "get" | "post"> = paths[Path] extends {
  [M in Method]: { responses: infer Responses };
}
  ? Responses extends
      | { 200: { content: { "application/json": infer Body } } }
      | { 201: { content: { "application/json": infer Body } } }
    ? Body
    : never
  : never;

export type OwnSessions = Answer<"/v1/me/sessions", "get">;
export type OwnSession = OwnSessions["items"][number];
export type Me = Answer<"/v1/me", "get">;
export type SetAside = Answer<"/v1/set-aside", "get">;
export type SetAsideItem = SetAside["items"][number];
export type Today = Answer<"/v1/me/today", "get">;
export type MetricCode = Today["measures"][number]["metric"];
export type DayReceipt = Answer<"/v1/me/days/{date}", "get">;
export type FigureReceipt = DayReceipt["figures"][number];
export type InTime = FigureReceipt["in_time"][number];
export type SourceReceipt = FigureReceipt["sources"][number];
export type ReceiptSpan = SourceReceipt["spans"][number];
export type Became = ReceiptSpan["became"][number];
export type Wallet = Answer<"/v1/me/wallet", "get">;
export type EntryPage = Answer<"/v1/me/wallet/entries", "get">;
export type Entry = EntryPage["items"][number];
export type IndicatorDescription = Answer<"/v1/indicators", "get">["items"][number];
export type Indicator = Answer<"/v1/indicators/{code}", "get">;
export type Cell = Indicator["cells"][number];
type ServedZones = Answer<"/v1/zones", "get">;
export type Zones = FeatureCollection<
  Polygon | MultiPolygon,
  ServedZones["features"][number]["properties"]
>;
export type Zone = Zones["features"][number];
export type Programme = Answer<"/v1/programmes", "get">["items"][number];
export type Metric = Answer<"/v1/metrics", "get">["items"][number];
export type MetricSources = Answer<"/v1/me/sources", "get">["items"][number];
export type FlaggedSamples = Answer<"/v1/me/flagged-samples", "get">;
export type FlaggedSample = FlaggedSamples["items"][number];
export type OwnImport = Answer<"/v1/imports", "get">["items"][number];
export type FhirPage = components["schemas"]["FoundBundle"];
export type Draw = Answer<"/v1/draws", "get">["items"][number];
export type PublishedDraw = Answer<"/v1/draws/{code}", "get">;
export type OwnDraw = Answer<"/v1/me/draws", "get">["items"][number];
export type Offers = Answer<"/v1/reward-items", "get">;
export type Offer = Offers["items"][number];
export type Obstacle = components["schemas"]["Obstacle"];
export type RedemptionPage = Answer<"/v1/me/redemptions", "get">;
export type Redemption = RedemptionPage["items"][number];
export type CatalogueItem = Answer<"/v1/catalogue/items", "get">["items"][number];
export type Pickups = Answer<"/v1/pickups", "get">;
export type Pickup = Pickups["items"][number];
export type HandedOver = components["schemas"]["HandedOver"];
export type HandedOut = components["schemas"]["HandedOut"];
export type PartnerAccount = Answer<"/v1/settlements", "get">["items"][number];
export type SettlementPage = PartnerAccount["made"];
export type Settlement = SettlementPage["items"][number];
export type SpanSums = Answer<"/v1/settlements/{partner}/sum", "get">;
export type Team = components["schemas"]["Team"];
export type CheckedIn = Answer<"/v1/me/check-ins", "post">;
export type Consent = Answer<"/v1/me/consents", "get">["items"][number];
export type Receipt = components["schemas"]["Receipt"];

/** The API's answer when it did not do what was asked: an RFC 9457 problem report. */
export class ProblemError extends Error {
  override name = "ProblemError";
  /** The API's name for this kind of problem, such as "urn:wellness:invalid_upload"; empty when a proxy answered. */
  readonly type: string;
  readonly status: number;
  /** The report's title, for people, in this language; null when the report has none of the pages' languages. */
  readonly said: { words: string; language: Language } | null;

  constructor(type: string, status: number, detail: string, said: ProblemError["said"] = null) {
    super(detail);
    this.type = type;
    this.status = status;
    this.said = said;
  }
}

/** The page could not reach the API at all; the network is at fault, not the request. */
export class UnreachableError extends Error {
  override name = "UnreachableError";
}

/**
 * Whether the request may have been carried out all the same. Nobody here knows that when there is no answer, when
 * the answer cannot be read, and after a fault of the server.
 */
export const mayBeDone = (error: unknown): boolean =>
  !(error instanceof ProblemError) || error.status >= 500;

export const api = createClient<paths>({
  credentials: "same-origin",
  // Looked up at each call, so that a test can replace fetch.
  fetch: (request) => {
    request.headers.set("Accept-Language", language.value);
    return fetch(request);
  },
});

interface Outcome<Body> {
  data?: Body;
  error?: unknown;
  response: Response;
}

/** The body of a good answer. Throws ProblemError for any other answer, and UnreachableError when there was none. */
export async function answer<Body>(call: Promise<Outcome<Body>>): Promise<Body> {
  const { data, error, response } = await reached(call);
  if (!response.ok) throw problem(error, response);
  return data as Body; // The schema, too, has the type undefined for an answer without a body (204).
}

interface Page<Row> {
  items: readonly Row[];
  next_cursor: string | null;
}

/** All rows of a list that comes in pages, one page after the other, for lists that are shown whole. */
export async function everyRow<Row>(
  page: (cursor: string | null) => Promise<Page<Row>>,
  from: string | null = null,
): Promise<readonly Row[]> {
  const rows: Row[] = [];
  let cursor = from;
  do {
    const { items, next_cursor }: Page<Row> = await page(cursor);
    rows.push(...items);
    cursor = next_cursor;
  } while (cursor !== null);
  return rows;
}

async function reached<Body>(call: Promise<Outcome<Body>>): Promise<Outcome<Body>> {
  try {
    return await call;
  } catch (error) {
    // When no answer came, fetch rejects with a TypeError, and only then.
    if (error instanceof TypeError) throw new UnreachableError(error.message, { cause: error });
    throw error;
  }
}

/** A proxy in between may answer with HTML or nothing. Then the status line has to be enough. */
function problem(body: unknown, response: Response): ProblemError {
  const report = typeof body === "object" && body !== null ? body : {};
  const words = "title" in report ? String(report.title) : response.statusText;
  const detail = "detail" in report ? String(report.detail) : words;
  const type = "type" in report ? String(report.type) : "";
  const of = response.headers.get("Content-Language");
  const said = of !== null && words ? { words, language: of } : null;
  return new ProblemError(type, response.status, detail || `HTTP ${response.status}`, said);
}

/** The zones' outlines. The API's description leaves their geometry open; the answer is GeoJSON (RFC 7946). */
export async function getZones(): Promise<Zones> {
  return (await answer(api.GET("/v1/zones"))) as ServedZones & Zones;
}
