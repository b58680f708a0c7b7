export { NotificationAsk } from './NotificationAsk.tsx'
export { notificationPermission, requestNotifications } from './permission.ts'
export { useArrivals } from './useArrivals.ts'
export { useBadge } from './useBadge.ts'
