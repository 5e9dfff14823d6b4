/**
 * How the address of a route is compared with that of a call, as the server does it
 * (functions/sip_router/domain/address.py and route.py): two routes with one key take the same calls.
 */

import { isObject } from "./json";

export const KINDS = ["exact", "prefix", "pattern"] as const;
export type Kind = (typeof KINDS)[number];

const SCHEME = /^(?:sips?|tel):/i;
// Where a user part ends that is not followed by "@": a port or password, parameters, headers.
const REST = /[:;?]/;

/** Return how an address is compared: it tells by `^` before or `*` behind it, unless `match` says otherwise. */
export function kindOf(address: string, match?: unknown): Kind {
  const text = address.trim();
  if (match === "pattern" || (match == null && text.startsWith("^"))) return "pattern";
  return match === "prefix" || (match == null && reading(text).endsWith("*")) ? "prefix" : "exact";
}

/** Return the key of a route's address; null if the route has none. Equal keys exclude each other. */
export function keyOf(route: unknown): string | null {
  if (!isObject(route) || typeof route.address !== "string") return null;
  const text = route.address.trim();
  const kind = kindOf(text, route.match);
  if (kind === "pattern") return `pattern ${text}`;
  const address = reading(text);
  return `${kind} ${kind === "prefix" && address.endsWith("*") ? address.slice(0, -1) : address}`;
}

/** Return the address that a text means first: a URI means its user part, any other text itself. */
function reading(text: string): string {
  const uri = withoutDisplayName(text.trim());
  const rest = uri.replace(SCHEME, "");
  const literal = rest === uri ? decoded(rest) : "";
  const user = decoded(userInfo(rest).split(REST, 1)[0] ?? "");
  return literal && user ? literal : user;
}

function withoutDisplayName(header: string): string {
  const opened = header.lastIndexOf("<");
  return opened < 0 ? header : (header.slice(opened + 1).split(">", 1)[0] ?? "").trim();
}

/** Return what is before the host. No host has `@`, so a user part may, where its escape was undone. */
function userInfo(rest: string): string {
  const at = rest.indexOf("@");
  if (at < 0) return rest;
  const host = rest.slice(at + 1).split(REST, 1)[0] ?? "";
  const last = host.lastIndexOf("@");
  return last < 0 ? rest.slice(0, at) : `${rest.slice(0, at)}@${host.slice(0, last)}`;
}

/** Undo percent-encoding; bytes that are not UTF-8 become U+FFFD. */
function decoded(text: string): string {
  const bytes = text.replace(/(?:%[0-9a-f]{2})+/gi, (escapes) =>
    new TextDecoder("utf-8", { ignoreBOM: true }).decode(
      Uint8Array.from(escapes.slice(1).split("%"), (digits) => Number.parseInt(digits, 16)),
    ),
  );
  return bytes.trim();
}
