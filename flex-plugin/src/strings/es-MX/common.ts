import type { common as english } from "../en/common";

export const common: Partial<Record<keyof typeof english, string>> = {
  SwitchboardTokenExpired: "Su sesión de Flex expiró. Inicie sesión de nuevo e inténtelo otra vez.",
  SwitchboardUnavailable:
    "Switchboard está saturado o no está disponible en este momento. Inténtelo de nuevo en un momento.",
  SwitchboardTimeout: "Switchboard no respondió a tiempo.",
  SwitchboardOffline: "No se pudo contactar a Switchboard. Revise su red e inténtelo de nuevo.",
  SwitchboardRefused: "Switchboard rechazó esta solicitud.",
  SwitchboardTryAgain: "Intentar de nuevo",
};
