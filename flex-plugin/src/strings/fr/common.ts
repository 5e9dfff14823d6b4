import type { common as english } from "../en/common";

export const common: Partial<Record<keyof typeof english, string>> = {
  SwitchboardTokenExpired: "Votre session Flex a expiré. Reconnectez-vous, puis réessayez.",
  SwitchboardForbidden: "Votre rôle dans Flex ne le permet pas.",
  SwitchboardUnavailable: "Switchboard est surchargé ou injoignable pour le moment. Réessayez dans un instant.",
  SwitchboardTimeout: "Switchboard n’a pas répondu à temps.",
  SwitchboardOffline: "Switchboard est injoignable. Vérifiez votre réseau, puis réessayez.",
  SwitchboardRefused: "Switchboard a refusé cette demande.",
  SwitchboardTryAgain: "Réessayer",
};
