/** What the bar at the top of Flex says about callbacks. */
import type { PluginContext } from "../part";

const REQUEUED = "SwitchboardRequeuedNotification";
const FAILED = "SwitchboardFailedNotification";

export function registerNotifications({ flex }: PluginContext): void {
  const { Notifications, NotificationType } = flex;
  Notifications.registerNotification({
    id: REQUEUED,
    content: "SwitchboardRequeued",
    type: NotificationType.success,
    timeout: 5000,
    closeButton: true,
  });
  Notifications.registerNotification({
    id: FAILED,
    content: "SwitchboardFailed",
    type: NotificationType.error,
    timeout: 12_000,
    closeButton: true,
  });
}

export function showRequeued({ flex }: PluginContext, values: { number: string; attempt: number }): void {
  flex.Notifications.showNotification(REQUEUED, values);
}

export function showFailure({ flex }: PluginContext, message: string): void {
  flex.Notifications.showNotification(FAILED, { message });
}
