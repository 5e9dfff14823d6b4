import type { common as english } from "../en/common";

export const common: Partial<Record<keyof typeof english, string>> = {
  SwitchboardTokenExpired: "Sua sessão do Flex expirou. Entre novamente e tente mais uma vez.",
  SwitchboardForbidden: "Sua função no Flex não permite isso.",
  SwitchboardUnavailable: "O Switchboard está sobrecarregado ou inacessível agora. Tente novamente em instantes.",
  SwitchboardTimeout: "O Switchboard não respondeu a tempo.",
  SwitchboardOffline: "Não foi possível acessar o Switchboard. Verifique sua rede e tente novamente.",
  SwitchboardRefused: "O Switchboard recusou esta solicitação.",
  SwitchboardTryAgain: "Tentar novamente",
};
