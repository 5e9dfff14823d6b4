import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { ApiClient } from "../../src/api/client";
import type { ApiError } from "../../src/api/errors";

const fetched = vi.fn<typeof fetch>();
let token = "one";
const client = new ApiClient("https://switchboard.example", () => token, async () => undefined);

beforeEach(() => {
  token = "one";
  vi.stubGlobal("fetch", fetched);
});
afterEach(() => {
  fetched.mockReset();
  vi.unstubAllGlobals();
});

function answer(status: number, body: unknown): Response {
  return new Response(typeof body === "string" ? body : JSON.stringify(body), { status });
}

function failed(promise: Promise<unknown>): Promise<ApiError> {
  return promise.then(
    () => Promise.reject(new Error("it succeeded")),
    (error) => error,
  );
}

test("JSON is posted with the token in a header", async () => {
  fetched.mockResolvedValueOnce(answer(200, { success: true }));
  expect(await client.post("/admin/list", { a: 1 })).toEqual({ success: true });
  const [url, init] = fetched.mock.calls[0]!;
  expect(url).toBe("https://switchboard.example/admin/list");
  expect(init).toMatchObject({
    method: "POST",
    body: '{"a":1}',
    headers: { "X-Flex-Token": "one", "Content-Type": "application/json" },
    credentials: "omit",
  });
});

test("a refusal has the server's words, the status and the fields", async () => {
  const errors = [{ field: "taskSid", message: "must be a SID" }];
  fetched.mockResolvedValueOnce(answer(400, { message: "taskSid: must be a SID", errors }));
  const error = await failed(client.post("/x", {}, { isRepeatable: true }));
  expect(error).toMatchObject({ failure: "refused", status: 400, message: "taskSid: must be a SID", errors });
  expect(fetched).toHaveBeenCalledTimes(1);
});

test("an answer that is a JSON text is the message", async () => {
  fetched.mockResolvedValueOnce(answer(409, '"not the latest version"'));
  expect(await failed(client.post("/x", {}))).toMatchObject({ failure: "refused", message: "not the latest version" });
});

test.each([
  [403, { message: "The Flex token is not valid." }, "expired"],
  [403, { message: "A Flex user's token is missing: in the header X-Flex-Token or the field Token." }, "expired"],
  [401, {}, "expired"],
  [403, { message: "This needs the Flex role admin." }, "forbidden"],
  [503, { success: false, message: "busy" }, "unavailable"],
  [500, "<html>", "unavailable"],
  [429, { message: "Too Many Requests" }, "unavailable"],
  [429, { success: false, message: "numberToCall: had all its callbacks for today" }, "refused"],
  [404, {}, "refused"],
])("%i %j is %s", async (status, body, failure) => {
  fetched.mockResolvedValue(answer(status, body));
  expect(await failed(client.post("/x", {}))).toMatchObject({ failure, status });
});

test("what may be repeated is tried again while the server is busy or not reached", async () => {
  fetched.mockResolvedValueOnce(answer(503, {}));
  fetched.mockRejectedValueOnce(new TypeError("Failed to fetch"));
  fetched.mockResolvedValueOnce(answer(200, { ok: 1 }));
  expect(await client.post("/x", {}, { isRepeatable: true })).toEqual({ ok: 1 });
});

test("what may not be repeated is sent once", async () => {
  fetched.mockResolvedValue(answer(503, {}));
  await failed(client.post("/x", {}));
  expect(fetched).toHaveBeenCalledTimes(1);
});

test("after three tries the last failure counts", async () => {
  fetched.mockRejectedValue(new TypeError("Failed to fetch"));
  expect(await failed(client.getBlob("/x", { a: "b c" }))).toMatchObject({ failure: "offline" });
  expect(fetched.mock.calls.map(([url]) => url)).toEqual(Array(3).fill("https://switchboard.example/x?a=b+c"));
});

test("a token that Flex has renewed meanwhile is used, once", async () => {
  fetched.mockImplementation(async () => {
    token = `renewed ${fetched.mock.calls.length}`;
    return answer(403, { message: "The Flex token is not valid." });
  });
  expect(await failed(client.post("/x", {}))).toMatchObject({ failure: "expired" });
  expect(fetched.mock.calls.map(([, init]) => new Headers(init?.headers).get("X-Flex-Token"))).toEqual(["one", "renewed 1"]);
});

test("a server that does not answer in time is a timeout", async () => {
  fetched.mockImplementation(
    (_, init) =>
      new Promise((_done, give) => {
        init?.signal?.addEventListener("abort", () => give(new DOMException("aborted", "AbortError")));
      }),
  );
  expect(await failed(client.post("/x", {}, { timeoutSeconds: 0.01 }))).toMatchObject({ failure: "timeout" });
});
