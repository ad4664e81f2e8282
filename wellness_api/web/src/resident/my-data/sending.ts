import { answer, api, type OwnImport, type Receipt } from "../../client/api";
import { newKey } from "../../client/key";

const PART_BYTES = 1024 * 1024; // About a second on a slow phone line: at most this much is sent again after a break.

/** The most bytes that the server takes (wellness_api/health/imports/shapes.py, device_bridge/wire.py). */
export const EXPORT_BYTES_MAX = 2 * 1024 ** 3;
export const FIT_BYTES_MAX = 4 * 1024 ** 2;

export const importOf = (id: string): Promise<OwnImport> =>
  answer(api.GET("/v1/imports/{import_id}", { params: { path: { import_id: id } } }));

export const stopImport = (id: string): Promise<unknown> =>
  answer(api.DELETE("/v1/imports/{import_id}", { params: { path: { import_id: id } } }));

export const openImport = (file: File): Promise<OwnImport> =>
  answer(
    api.POST("/v1/imports", {
      params: { header: { "Idempotency-Key": newKey() } },
      body: { form: "apple-health", bytes: file.size, part_bytes: PART_BYTES },
    }),
  );

/** Sends the missing parts, one after the other, and reports the progress after each. */
export async function sendParts(
  opened: OwnImport,
  file: File,
  { told, stopped }: { told: (sofar: OwnImport) => void; stopped: AbortSignal },
): Promise<OwnImport> {
  let latest = opened;
  for (const part of opened.missing_parts) {
    const content = await partOf(file, part, opened.part_bytes);
    latest = await answer(
      api.PUT("/v1/imports/{import_id}/parts/{number}", {
        params: { path: { import_id: opened.id, number: part } },
        signal: stopped,
        ...asItIs(content, "application/octet-stream"),
      }),
    );
    told(latest);
  }
  return latest;
}

/** The phone may have removed the file meanwhile, or the file may be on a drive that is gone. */
export class FileUnreadable extends Error {
  override name = "FileUnreadable";
}

// The part is read before it is sent: otherwise a file that cannot be read would look like a network that is down.
async function partOf(file: File, part: number, partBytes: number): Promise<ArrayBuffer> {
  try {
    return await file.slice(part * partBytes, (part + 1) * partBytes).arrayBuffer();
  } catch (error) {
    throw new FileUnreadable(file.name, { cause: error });
  }
}

/** Sends a FIT file, which is small and sent at once; returns its receipt. */
export async function sendFit(file: File): Promise<FitReceipt> {
  const content = await partOf(file, 0, file.size);
  const taken = await answer(
    api.POST("/v1/uploads/fit", {
      params: { header: { "Idempotency-Key": newKey() } },
      ...asItIs(content, "application/vnd.ant.fit"),
    }),
  );
  // The API's description leaves a format's answer open; this is the receipt of formats without one of their own.
  return taken as unknown as FitReceipt;
}

export interface FitReceipt {
  receipt: Receipt;
  refused_items: number;
}

/** The description can only say that such a body is text; this sends the body's bytes unchanged. */
function asItIs(content: ArrayBuffer, mediaType: string) {
  return {
    body: "",
    bodySerializer: () => content,
    headers: { "Content-Type": mediaType },
  };
}
