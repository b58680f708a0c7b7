/**
 * Registers the service worker, which keeps the app's own files for when there is no network, and says when a new version waits.
 *
 * It never touches messages: those are the worker's (src/worker).
 */

import { scriptAddress } from './trusted.ts'

const CHECK_EVERY_MS = 60 * 60 * 1000

/** Calls back once per new version that is ready; the given function switches to it and reloads this tab. Does nothing where there are no service workers. */
export async function watchForUpdates(onReady: (apply: () => void) => void): Promise<void> {
  if (!('serviceWorker' in navigator) || !import.meta.env.PROD) return
  const container = navigator.serviceWorker
  const registration = await container.register(scriptAddress('/sw.js'), { scope: '/' }).catch(() => undefined)
  if (registration === undefined) return

  const offer = (waiting: ServiceWorker) =>
    onReady(() => {
      container.addEventListener('controllerchange', () => location.reload(), { once: true })
      waiting.postMessage({ type: 'SKIP_WAITING' })
    })
  // Without a controller this is the first visit: what waits is not an update.
  if (registration.waiting !== null && container.controller !== null) offer(registration.waiting)
  registration.addEventListener('updatefound', () => {
    const installing = registration.installing
    installing?.addEventListener('statechange', () => {
      if (installing.state === 'installed' && container.controller !== null) offer(installing)
    })
  })
  setInterval(() => void registration.update().catch(() => undefined), CHECK_EVERY_MS)
}
