export const common = {
  SwitchboardTokenExpired: "Your Flex session has expired. Sign in again, then try once more.",
  SwitchboardForbidden: "Your Flex role does not allow this.",
  SwitchboardUnavailable: "Switchboard is busy or not reachable now. Try again in a moment.",
  SwitchboardTimeout: "Switchboard did not answer in time.",
  SwitchboardOffline: "Switchboard was not reached. Check your network, then try again.",
  SwitchboardRefused: "Switchboard refused this.",
  SwitchboardTryAgain: "Try again",
  SwitchboardDetails: "{{text}} ({{detail}})",
} as const;
