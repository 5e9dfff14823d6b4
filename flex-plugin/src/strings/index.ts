/**
 * The texts, as Flex's string templates: an operator can override each by its key in `manager.strings`.
 *
 * One folder a language, one file a part. English is complete; what another language leaves out is English.
 * https://www.twilio.com/docs/flex/developer/plugins/localize-a-plugin
 */
import * as Flex from "@twilio/flex-ui";

import { callbacks as deCallbacks } from "./de/callbacks";
import { sipRoutes as deSipRoutes } from "./de/sip-routes";
import { callbacks as enCallbacks } from "./en/callbacks";
import { common as enCommon } from "./en/common";
import { sipRoutes as enSipRoutes } from "./en/sip-routes";
import { common as deCommon } from "./de/common";
import { callbacks as esCallbacks } from "./es-ES/callbacks";
import { common as esCommon } from "./es-ES/common";
import { sipRoutes as esSipRoutes } from "./es-ES/sip-routes";
import { callbacks as mxCallbacks } from "./es-MX/callbacks";
import { common as mxCommon } from "./es-MX/common";
import { sipRoutes as mxSipRoutes } from "./es-MX/sip-routes";
import { callbacks as frCallbacks } from "./fr/callbacks";
import { common as frCommon } from "./fr/common";
import { sipRoutes as frSipRoutes } from "./fr/sip-routes";
import { callbacks as ptCallbacks } from "./pt-BR/callbacks";
import { common as ptCommon } from "./pt-BR/common";
import { sipRoutes as ptSipRoutes } from "./pt-BR/sip-routes";

const ENGLISH = { ...enCommon, ...enCallbacks, ...enSipRoutes };

/** The key of a text. All begin with "Switchboard", so that they meet no key of Flex or of another plugin. */
export type TextKey = keyof typeof ENGLISH;

const SPANISH: Texts = { ...esCommon, ...esCallbacks, ...esSipRoutes };

/** By language tag. Mexican Spanish says only what differs from the Spanish of Spain. */
export const LANGUAGES: Readonly<Record<string, Texts>> = {
  en: ENGLISH,
  "es-ES": SPANISH,
  "es-MX": { ...SPANISH, ...mxCommon, ...mxCallbacks, ...mxSipRoutes },
  "pt-BR": { ...ptCommon, ...ptCallbacks, ...ptSipRoutes },
  de: { ...deCommon, ...deCallbacks, ...deSipRoutes },
  fr: { ...frCommon, ...frCallbacks, ...frSipRoutes },
};

export type Texts = Partial<Record<TextKey, string>>;

/** Return the texts for a language tag such as "es-MX" or "de-AT". */
export function textsFor(tag: string): Record<TextKey, string> {
  return { ...ENGLISH, ...LANGUAGES[closestLanguage(tag)] };
}

function closestLanguage(tag: string): string {
  const wanted = tag.replace("_", "-").toLowerCase();
  const known = Object.keys(LANGUAGES);
  const language = wanted.split("-")[0] ?? "";
  // American Spanish is closer to Mexico's than to Spain's.
  const spanish = language === "es" && wanted !== "es" && wanted !== "es-es" ? "es-MX" : "es-ES";
  return (
    known.find((one) => one.toLowerCase() === wanted) ??
    (language === "es" ? spanish : known.find((one) => one.split("-")[0] === language)) ??
    "en"
  );
}

let language = "en";

/** Add the texts of the user's language to Flex's; what an operator has set already stays. */
export function addStrings(manager: Flex.Manager): void {
  language = manager.localization?.localeTag || navigator.language || "en";
  manager.strings = { ...textsFor(language), ...manager.strings };
}

/** Return the tag of the user's language, for dates and numbers. */
export function currentLanguage(): string {
  return language;
}

/** Return a text. Flex renders HTML, of which this is the text: it is safe wherever React puts text. */
export function text(key: TextKey, values: Readonly<Record<string, unknown>> = {}): string {
  const templates = Flex.templates as unknown as Record<string, ((values: object) => string) | undefined>;
  const html = templates[key]?.(values) ?? "";
  if (!/[&<]/.test(html)) return html;
  return new DOMParser().parseFromString(html, "text/html").body.textContent ?? "";
}
