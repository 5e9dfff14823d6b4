/**
 * Requests to Switchboard from the browser of a Flex user.
 *
 * The user's token goes in the header X-Flex-Token. Every failure is an `ApiError`.
 */
import { ApiError, type FieldError } from "./errors";

export interface RequestOptions {
  /** How long to wait for each try. */
  readonly timeoutSeconds?: number;
  /** Whether the request may be sent again: twice is as good as once. */
  readonly isRepeatable?: boolean;
}

const TIMEOUT_SECONDS = 15;
const TRIES = 3;
const PAUSE_MS = 400;

/** Larger bodies are packed: API Gateway and Lambda take 6 MB. */
const PACK_FROM_CHARACTERS = 64 * 1024;

/** Statuses of a gateway or a service that is busy. */
const BUSY = new Set([429, 502, 503, 504]);

export class ApiClient {
  /**
   * @param baseUrl - without a slash at the end
   * @param token - returns the token of now: Flex renews it
   * @param pause - waits between two tries
   */
  constructor(
    private readonly baseUrl: string,
    private readonly token: () => string,
    private readonly pause: (ms: number) => Promise<void> = (ms) =>
      new Promise((done) => setTimeout(done, ms)),
  ) {}

  /** Post JSON, packed if it is large, and return the answer's JSON. */
  async post<Answer>(path: string, body: object, options: RequestOptions = {}): Promise<Answer> {
    const answer = await this.send(path, { method: "POST", ...(await packed(JSON.stringify(body))) }, options, readJson);
    return answer as Answer;
  }

  /** Get a file, also through a redirect to S3. */
  async getBlob(path: string, query: Record<string, string>, options: RequestOptions = {}): Promise<Blob> {
    const response = await this.send(
      `${path}?${new URLSearchParams(query)}`,
      { method: "GET" },
      { isRepeatable: true, ...options },
      (answer) => answer.blob(),
    );
    return response;
  }

  private async send<T>(
    path: string,
    init: RequestInit,
    options: RequestOptions,
    read: (response: Response) => Promise<T>,
  ): Promise<T> {
    let isTokenRenewed = false;
    for (let attempt = 1; ; attempt++) {
      const token = this.token();
      try {
        return await this.sendOnce(path, token, init, options.timeoutSeconds ?? TIMEOUT_SECONDS, read);
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        // Flex may have renewed the token while this request was on its way.
        if (error.failure === "expired" && !isTokenRenewed && this.token() !== token) {
          isTokenRenewed = true;
          continue;
        }
        if (!options.isRepeatable || attempt >= TRIES || !isTransient(error)) throw error;
        await this.pause(PAUSE_MS * 2 ** (attempt - 1));
      }
    }
  }

  private async sendOnce<T>(
    path: string,
    token: string,
    init: RequestInit,
    timeoutSeconds: number,
    read: (response: Response) => Promise<T>,
  ): Promise<T> {
    const timeout = new AbortController();
    const timer = setTimeout(() => timeout.abort(), timeoutSeconds * 1000);
    try {
      const response = await fetch(this.baseUrl + path, {
        ...init,
        headers: { ...init.headers, "X-Flex-Token": token },
        credentials: "omit",
        cache: "no-store",
        signal: timeout.signal,
      });
      if (!response.ok) throw toError(response.status, await readJson(response));
      return await read(response);
    } catch (error) {
      if (error instanceof ApiError) throw error;
      throw new ApiError(timeout.signal.aborted ? "timeout" : "offline", "");
    } finally {
      clearTimeout(timer);
    }
  }
}

function isTransient(error: ApiError): boolean {
  return error.failure === "unavailable" || error.failure === "offline" || error.failure === "timeout";
}

async function packed(json: string): Promise<RequestInit> {
  const headers = { "Content-Type": "application/json" };
  if (json.length < PACK_FROM_CHARACTERS) return { headers, body: json };
  const stream = new Blob([json]).stream().pipeThrough(new CompressionStream("gzip"));
  const body = await new Response(stream).arrayBuffer();
  return { headers: { ...headers, "Content-Encoding": "gzip" }, body };
}

async function readJson(response: Response): Promise<unknown> {
  const text = await response.text();
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Return the error that an answer stands for. */
function toError(status: number, body: unknown): ApiError {
  const answer = typeof body === "object" && body !== null ? (body as Record<string, unknown>) : {};
  const message = typeof body === "string" ? body : typeof answer.message === "string" ? answer.message : "";
  const errors = Array.isArray(answer.errors) ? answer.errors.filter(isFieldError) : [];
  if (status === 401 || (status === 403 && /\btoken\b/i.test(message))) {
    return new ApiError("expired", message, status, [], body);
  }
  if (status === 403) return new ApiError("forbidden", message, status, [], body);
  // 429 is API Gateway's, or ours: a number that had all its callbacks for today.
  const isOurs = "success" in answer || errors.length > 0;
  if (status >= 500 || (BUSY.has(status) && !isOurs)) {
    return new ApiError("unavailable", message, status, errors, body);
  }
  return new ApiError("refused", message, status, errors, body);
}

function isFieldError(value: unknown): value is FieldError {
  const error = value as Partial<FieldError> | null;
  return typeof error?.field === "string" && typeof error.message === "string";
}
