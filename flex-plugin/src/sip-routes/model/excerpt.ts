/** The part of two long texts in which they differ. */

/** Characters that are shown before and after it. */
const AROUND = 60;
const MAX_CHARACTERS = 400;

/** Return two texts, each cut down to where it differs from the other if it is long. */
export function differing(before: string, after: string): readonly [string, string] {
  const [one, other] = [[...before], [...after]];
  if (Math.max(one.length, other.length) <= MAX_CHARACTERS) return [before, after];
  const shorter = Math.min(one.length, other.length);
  let start = 0;
  while (start < shorter && one[start] === other[start]) start++;
  let end = 0;
  while (end < shorter - start && one[one.length - 1 - end] === other[other.length - 1 - end]) end++;
  return [excerpt(one, start, one.length - end), excerpt(other, start, other.length - end)];
}

function excerpt(characters: readonly string[], start: number, end: number): string {
  const first = Math.max(0, start - AROUND);
  const last = Math.min(characters.length, Math.max(end, start) + AROUND, first + MAX_CHARACTERS);
  return `${first > 0 ? "…" : ""}${characters.slice(first, last).join("")}${last < characters.length ? "…" : ""}`;
}
