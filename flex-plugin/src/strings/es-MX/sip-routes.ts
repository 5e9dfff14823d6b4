import type { sipRoutes as english } from "../en/sip-routes";

export const sipRoutes: Partial<Record<keyof typeof english, string>> = {
  SwitchboardSipLoadFailed: "No se pudieron cargar las rutas SIP.",
  SwitchboardSipAdd: "Agregar ruta",
  SwitchboardSipNothingFound: "No se encontró ninguna ruta",
  SwitchboardSipAddDestination: "Agregar un destino",
  SwitchboardSipHolidays: "Días festivos",
  SwitchboardSipAddHoliday: "Agregar un día festivo",
  SwitchboardSipNotChecked: "No se pudo comprobar la ruta. {{problem}}",
  SwitchboardSipDifferenceAdded: "Agregadas ({{count}})",
  SwitchboardSipSuperseded: "La versión {{number}} se guardó. Ya está activa una versión posterior basada en ella.",
  SwitchboardSipSaveFailed: "Los cambios no se guardaron. {{problem}}",
  SwitchboardSipPublishFailed: "Los cambios se guardaron como versión {{number}}, pero no se publicaron. {{problem}}",
  SwitchboardSipNewer: "{{name}} guardó la versión {{number}} ({{time}}) mientras usted editaba la versión {{base}}.",
  SwitchboardSipInProgress:
    "{{name}} guardó la versión {{number}} ({{time}}) y probablemente la está publicando ahora.",
  SwitchboardSipUnpublished:
    "{{name}} guardó la versión {{number}} ({{time}}), pero no la publicó. Las llamadas aún no la siguen.",
  SwitchboardSipMergeIntro: "Otra persona guardó la versión {{number}}. Sus cambios se pueden poner encima.",
  SwitchboardSipHistoryFailed: "No se pudo cargar el historial. {{problem}}",
  SwitchboardSipRollBackFailed: "No se pudo volver a la versión. {{problem}}",
};
