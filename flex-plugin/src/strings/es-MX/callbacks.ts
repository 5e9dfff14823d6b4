import type { callbacks as english } from "../en/callbacks";

export const callbacks: Partial<Record<keyof typeof english, string>> = {
  SwitchboardCallbackSentence: "Esta persona pidió que le regresen la llamada.",
  SwitchboardVoicemailSentence: "Esta persona dejó un mensaje. Escúchelo y regrésele la llamada.",
  SwitchboardVoicemailHeading: "Correo de voz",
  SwitchboardRecordingOf: "Correo de voz de {{number}}",
  SwitchboardRecordingFailed: "No se pudo cargar la grabación",
  SwitchboardNumber: "Número para llamar",
  SwitchboardRetryLater: "Intentar más tarde",
  SwitchboardDialingNotEnabled:
    "Las llamadas salientes no están habilitadas en esta cuenta de Flex. Consulte a su administrador.",
  SwitchboardCallFailed: "No se pudo iniciar la llamada al {{number}}. {{detail}}",
  SwitchboardRequeueFailed: "La devolución de llamada no regresó a la cola. {{detail}}",
  SwitchboardWrapupFailed:
    "La devolución de llamada está de nuevo en la cola, pero no se pudo cerrar esta tarea. {{detail}}",
};
