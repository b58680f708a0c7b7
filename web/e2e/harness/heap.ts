/** How many bytes of JavaScript a page and its shared worker hold, after everything that can be let go was let go. */

import type { Browser, Page } from 'playwright-core'

interface Usage {
  usedSize: number
}

export async function heapOfPage(page: Page): Promise<number> {
  const session = await page.context().newCDPSession(page)
  await session.send('HeapProfiler.collectGarbage')
  const { usedSize } = (await session.send('Runtime.getHeapUsage')) as Usage
  await session.detach()
  return usedSize
}

/** Of all shared workers of the browser together. */
export async function heapOfWorkers(browser: Browser): Promise<number> {
  const session = await browser.newBrowserCDPSession()
  const { targetInfos } = await session.send('Target.getTargets', { filter: [{ type: 'shared_worker' }] })
  let sum = 0
  for (const { targetId } of targetInfos) {
    const { sessionId } = await session.send('Target.attachToTarget', { targetId })
    const ask = (id: number, method: string) =>
      new Promise<Record<string, unknown>>(resolve => {
        const hear = (event: { sessionId: string; message: string }) => {
          const answer = JSON.parse(event.message) as { id?: number; result?: Record<string, unknown> }
          if (event.sessionId !== sessionId || answer.id !== id) return
          session.off('Target.receivedMessageFromTarget', hear)
          resolve(answer.result ?? {})
        }
        session.on('Target.receivedMessageFromTarget', hear)
        void session.send('Target.sendMessageToTarget', { sessionId, message: JSON.stringify({ id, method }) })
      })
    await ask(1, 'HeapProfiler.collectGarbage')
    sum += Number((await ask(2, 'Runtime.getHeapUsage')).usedSize ?? 0)
    await session.send('Target.detachFromTarget', { sessionId })
  }
  await session.detach()
  return sum
}
