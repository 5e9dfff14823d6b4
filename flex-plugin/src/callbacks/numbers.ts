/** Numbers that can be called. */

/**
 * What Twilio puts in place of a number that is withheld: ANONYMOUS, BLOCKED, RESTRICTED, UNAVAILABLE and UNKNOWN
 * on a phone's keys. https://help.twilio.com/articles/223179988
 */
const WITHHELD = new Set(["266696687", "2562533", "7378742833", "86282452253", "8656696"]);

/** Tell whether Flex can dial a number: E.164, and a person's. */
export function isCallable(number: string): boolean {
  const digits = /^\+([1-9][0-9]{6,14})$/.exec(number)?.[1];
  return digits !== undefined && !WITHHELD.has(digits) && !WITHHELD.has(digits.replace(/^1/, ""));
}

/** Return the caller ID for a call back: the number that the person called, if it is one that can be shown. */
export function callerIdFor(calledNumber: string): string | undefined {
  return isCallable(calledNumber) ? calledNumber : undefined;
}
