/** JSON values: comparison, and objects that come from outside. */

export type JsonObject = Readonly<Record<string, unknown>>;

/** Tell whether a value is a JSON object. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Tell whether two JSON values are equal; the order of an object's fields does not matter. */
export function isEqual(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (Array.isArray(one) && Array.isArray(other)) {
    return one.length === other.length && one.every((part, index) => isEqual(part, other[index]));
  }
  if (!isObject(one) || !isObject(other)) return false;
  const names = Object.keys(one);
  return (
    names.length === Object.keys(other).length &&
    names.every((name) => Object.hasOwn(other, name) && isEqual(one[name], other[name]))
  );
}

/** Return JSON text that is the same for equal values. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_name, part: unknown) =>
    isObject(part) ? Object.fromEntries(Object.entries(part).sort(([one], [other]) => (one < other ? -1 : 1))) : part,
  );
}

/** Return the names of the fields in which two objects differ, sorted. */
export function changedFields(before: unknown, after: unknown): string[] {
  const old = isObject(before) ? before : {};
  const young = isObject(after) ? after : {};
  return [...new Set([...Object.keys(old), ...Object.keys(young)])].filter((name) => !isEqual(old[name], young[name])).sort();
}
