/** Recordings that were fetched: the audio tag cannot send the token, so that it plays a blob. */
import type { ApiClient } from "../api/client";

/** A long recording is copied to S3 first. */
const SECONDS = 30;
const KEPT = 5;

const urls = new Map<string, string>();

/** Return an object URL of a recording; the last few are kept for an agent who goes back and forth. */
export async function fetchRecording(api: ApiClient, recordingSid: string): Promise<string> {
  const kept = urls.get(recordingSid);
  if (kept) return kept;
  const audio = await api.getBlob("/callback/flex/fetch-voicemail", { recordingSid }, { timeoutSeconds: SECONDS });
  const url = URL.createObjectURL(audio);
  urls.set(recordingSid, url);
  for (const [sid, old] of urls) {
    if (urls.size <= KEPT) break;
    urls.delete(sid);
    URL.revokeObjectURL(old);
  }
  return url;
}
