import { expect, test, vi } from "vitest";

vi.mock("@twilio/flex-ui", () => ({
  templates: {
    SwitchboardTryAgain: () => "Again",
    SwitchboardNumberUnknown: () => "A &amp; B &lt;c&gt;",
  },
}));

const { addStrings, LANGUAGES, textsFor } = await import("../../src/strings");

const placeholders = (text: string) => [...text.matchAll(/\{\{[^}]*\}\}/g)].map(String).sort();

test.each(Object.keys(LANGUAGES))("every text in %s has the placeholders of the English one", (language) => {
  const english = LANGUAGES.en!;
  for (const [key, text] of Object.entries(LANGUAGES[language]!)) {
    const original = english[key as keyof typeof english];
    expect(original, key).toBeDefined();
    expect(text.trim(), key).not.toBe("");
    expect(placeholders(text), key).toEqual(placeholders(original!));
    // Flex refuses templates that do not escape.
    expect(text, key).not.toContain("{{{");
  }
});

test.each(["es-ES", "pt-BR", "de", "fr"])("%s says all that has letters", (language) => {
  const hasWords = (text: string) => /\p{L}/u.test(text.replace(/\{\{[^}]*\}\}/g, ""));
  const missing = Object.entries(LANGUAGES.en!)
    .filter(([key, text]) => hasWords(text) && !(key in LANGUAGES[language]!))
    .map(([key]) => key);
  expect(missing).toEqual([]);
});

test.each([
  ["en-US", "Try again"],
  ["de-AT", "Noch einmal versuchen"],
  ["fr-CA", "Réessayer"],
  ["pt-PT", "Tentar novamente"],
  ["es", "Volver a intentarlo"],
  ["es_MX", "Intentar de nuevo"],
  ["es-AR", "Intentar de nuevo"],
  ["it-IT", "Try again"],
  ["", "Try again"],
])("a user of %j reads %j", (tag, text) => {
  expect(textsFor(tag).SwitchboardTryAgain).toBe(text);
});

test("what a language leaves out is English", () => {
  expect(textsFor("de").SwitchboardQueue).toBe("{{task.queueName}}");
});

test("a text that an operator has set stays", () => {
  const manager = { localization: { localeTag: "de-DE" }, strings: { SwitchboardTryAgain: "Los", Other: "1" } };
  addStrings(manager as never);
  expect(manager.strings).toMatchObject({ SwitchboardTryAgain: "Los", Other: "1", SwitchboardNumber: "Rückrufnummer" });
});
