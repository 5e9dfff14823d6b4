/** What is said to the user about an error. */
import { text } from "../strings";
import { ApiError } from "./errors";

/** Return a sentence in the user's language, with the server's own words where it said some. */
export function describeError(error: unknown): string {
  if (!(error instanceof ApiError)) return error instanceof Error ? error.message : String(error);
  switch (error.failure) {
    case "refused":
      // The server's words say the most; they are English.
      return error.message || text("SwitchboardRefused");
    case "expired":
      return text("SwitchboardTokenExpired");
    case "forbidden":
      return withDetail(text("SwitchboardForbidden"), error.message);
    case "unavailable":
      return withDetail(text("SwitchboardUnavailable"), error.message);
    case "timeout":
      return text("SwitchboardTimeout");
    case "offline":
      return text("SwitchboardOffline");
  }
}

function withDetail(sentence: string, detail: string): string {
  return detail ? text("SwitchboardDetails", { text: sentence, detail }) : sentence;
}
