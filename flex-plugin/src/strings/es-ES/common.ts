import type { common as english } from "../en/common";

export const common: Partial<Record<keyof typeof english, string>> = {
  SwitchboardTokenExpired: "Su sesión de Flex ha caducado. Inicie sesión de nuevo y vuelva a intentarlo.",
  SwitchboardForbidden: "Su rol en Flex no lo permite.",
  SwitchboardUnavailable: "Switchboard está saturado o no está disponible ahora. Vuelva a intentarlo en un momento.",
  SwitchboardTimeout: "Switchboard no ha respondido a tiempo.",
  SwitchboardOffline: "No se ha podido contactar con Switchboard. Compruebe su red y vuelva a intentarlo.",
  SwitchboardRefused: "Switchboard ha rechazado esta petición.",
  SwitchboardTryAgain: "Volver a intentarlo",
};
