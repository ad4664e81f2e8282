import type { FlaggedSamples, MetricCode, Today } from "../../client/api";
import {
  answer,
  api,
  type Consent,
  type Metric,
  type MetricSources,
  type OwnImport,
} from "../../client/api";

export interface MyData {
  today: Today;
  metrics: ReadonlyMap<string, Metric>;
  sources: readonly MetricSources[];
  flagged: FlaggedSamples;
  imports: readonly OwnImport[];
  consents: readonly Consent[];
}

/** Everything that the page shows. */
export async function loadMyData(): Promise<MyData> {
  const [today, metrics, sources, flagged, imports, consents] = await Promise.all([
    answer(api.GET("/v1/me/today")),
    answer(api.GET("/v1/metrics")),
    answer(api.GET("/v1/me/sources")),
    answer(api.GET("/v1/me/flagged-samples")),
    answer(api.GET("/v1/imports")),
    answer(api.GET("/v1/me/consents")),
  ]);
  return {
    today,
    metrics: new Map(metrics.items.map((metric) => [metric.code as string, metric])),
    sources: sources.items,
    flagged,
    imports: imports.items,
    consents: consents.items,
  };
}

/** Stores the order in which sources count for a metric, best first. */
export const chooseSources = (metric: MetricCode, sources: string[]): Promise<unknown> =>
  answer(
    api.PUT("/v1/me/sources/{metric}", {
      params: { path: { metric } },
      body: { sources },
    }),
  );

/** Deletes all samples of the source; the same key requests the same deletion. */
export const deleteSource = (source: string, key: string): Promise<unknown> =>
  answer(
    api.DELETE("/v1/me/sources/{source}", {
      params: { path: { source }, header: { "Idempotency-Key": key } },
    }),
  );
