/**
 * The settings, from Flex's configuration (`ui_attributes`).
 *
 * Those of the plugins that this one replaces are understood where ours are not set: flex-project-template's
 * `custom_data`, whose feature is `callback_and_voicemail` or `callbacks`, and `inbound_sip_router`.
 */
import type * as Flex from "@twilio/flex-ui";

export interface Settings {
  /** Where Switchboard answers, without a slash at the end; "" if it is not configured. */
  readonly baseUrl: string;
  readonly callbacks: {
    readonly enabled: boolean;
    /** Whether Retry later is offered. */
    readonly allowRequeue: boolean;
    /** As the deployment's CallbackMaxAttempts; 0 is no limit. */
    readonly maxAttempts: number;
    /** Whether the callback's task is selected again when the outbound call has ended. */
    readonly autoSelectTask: boolean;
  };
  readonly sipRoutes: {
    readonly enabled: boolean;
    /** Whether somebody who is available for tasks may publish. */
    readonly publishWhileAvailable: boolean;
  };
}

/** The default of the deployment's parameter CallbackMaxAttempts. */
const DEFAULT_MAX_ATTEMPTS = 10;

type Attributes = Readonly<Record<string, unknown>>;

export function readSettings(manager: Flex.Manager): Settings {
  const served = asAttributes(manager.serviceConfiguration?.ui_attributes);
  return settingsFrom({ ...served, ...asAttributes(manager.configuration) });
}

/** Return the settings that a configuration of Flex says. What has a wrong type counts as not set. */
export function settingsFrom(configuration: Attributes): Settings {
  const ours = asAttributes(configuration.switchboard);
  const template = asAttributes(configuration.custom_data);
  const features = asAttributes(template.features);
  const sipRouter = asAttributes(configuration.inbound_sip_router);
  const callbacks = {
    ...asAttributes(features.callbacks),
    ...asAttributes(features.callback_and_voicemail),
    ...asAttributes(ours.callbacks),
  };
  const sipRoutes = asAttributes(ours.sip_routes);
  return {
    baseUrl:
      toBaseUrl(ours.domain) ||
      toBaseUrl(
        template.serverless_functions_domain,
        template.serverless_functions_protocol,
        template.serverless_functions_port,
      ) ||
      toBaseUrl(sipRouter.serverless_functions_domain),
    callbacks: {
      enabled: flag(callbacks.enabled, true),
      allowRequeue: flag(callbacks.allow_requeue, true),
      maxAttempts: wholeNumber(callbacks.max_attempts, DEFAULT_MAX_ATTEMPTS),
      autoSelectTask: flag(callbacks.auto_select_task, true),
    },
    sipRoutes: {
      enabled: flag(sipRoutes.enabled, true),
      publishWhileAvailable: flag(sipRoutes.publish_while_available, false),
    },
  };
}

function asAttributes(value: unknown): Attributes {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Attributes) : {};
}

function flag(value: unknown, otherwise: boolean): boolean {
  if (typeof value === "boolean") return value;
  if (value === "true" || value === "false") return value === "true";
  return otherwise;
}

function wholeNumber(value: unknown, otherwise: number): number {
  const found = typeof value === "string" && value.trim() ? Number(value) : value;
  return typeof found === "number" && Number.isInteger(found) && found >= 0 ? found : otherwise;
}

/** Return a domain, which may be written as a URL, as a base URL. */
function toBaseUrl(domain: unknown, protocol?: unknown, port?: unknown): string {
  if (typeof domain !== "string" || !domain.trim()) return "";
  const scheme = typeof protocol === "string" && protocol ? protocol.replace(/:.*/, "") : "https";
  const text = domain.trim();
  try {
    const url = new URL(/^https?:\/\//i.test(text) ? text : `${scheme}://${text}`);
    if ((typeof port === "string" || typeof port === "number") && !url.port) url.port = String(port);
    return (url.origin + url.pathname).replace(/\/+$/, "");
  } catch {
    return "";
  }
}
