/** Whether the browser lets us notify. */
export function notificationPermission(): NotificationPermission | 'missing' {
  return 'Notification' in window ? Notification.permission : 'missing'
}

export async function requestNotifications(): Promise<void> {
  if ('Notification' in window) await Notification.requestPermission()
}
