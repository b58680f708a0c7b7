import { useCallback, useState } from 'react'
import { isRefusal, type Refusal } from '../../client/contract.ts'
import { translation } from '../../i18n/index.ts'
import { showToast } from '../../ui/Toaster.tsx'
import { describeRefusal } from './RefusalNotice.tsx'

interface Attempt {
  busy: boolean
  problem: Refusal | undefined
  /** Does something that may be refused. Resolves to whether it was done. */
  run: (work: () => Promise<unknown>) => Promise<boolean>
  clear: () => void
}

/** One thing at a time that may be refused. `toast` says the refusal at the foot of the screen, for what has no form to show it in. */
export function useAttempt(where: 'here' | 'toast' = 'here'): Attempt {
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<Refusal | undefined>()
  const run = useCallback(
    async (work: () => Promise<unknown>) => {
      setBusy(true)
      setProblem(undefined)
      try {
        await work()
        return true
      } catch (cause) {
        const refusal = isRefusal(cause) ? cause : { code: 'internal', message: String(cause) }
        if (where === 'here') setProblem(refusal)
        else showToast({ kind: 'error', text: describeRefusal(refusal, translation().t) })
        return false
      } finally {
        setBusy(false)
      }
    },
    [where],
  )
  const clear = useCallback(() => setProblem(undefined), [])
  return { busy, problem, run, clear }
}
