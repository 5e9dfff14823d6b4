import type { common as english } from "../en/common";

export const common: Partial<Record<keyof typeof english, string>> = {
  SwitchboardTokenExpired: "Ihre Flex-Sitzung ist abgelaufen. Melden Sie sich neu an und versuchen Sie es noch einmal.",
  SwitchboardForbidden: "Ihre Rolle in Flex erlaubt das nicht.",
  SwitchboardUnavailable:
    "Switchboard ist gerade ausgelastet oder nicht erreichbar. Versuchen Sie es gleich noch einmal.",
  SwitchboardTimeout: "Switchboard hat nicht rechtzeitig geantwortet.",
  SwitchboardOffline: "Switchboard wurde nicht erreicht. Prüfen Sie Ihre Verbindung und versuchen Sie es noch einmal.",
  SwitchboardRefused: "Switchboard hat das abgelehnt.",
  SwitchboardTryAgain: "Noch einmal versuchen",
};
