import { lazy, Suspense, useEffect } from 'react'
import { useClient, useSource } from '../client/hooks.tsx'
import { forgetWritings } from '../features/composer/index.ts'
import { useTranslation } from '../i18n/index.ts'
import { Toaster } from '../ui/Toaster.tsx'
import { Frame } from './Frame.tsx'

const Entrance = lazy(() => import('../features/entrance/Entrance.tsx'))

/** Decides by where the person stands. */
export function App() {
  const session = useSource(useClient().session)
  // A change of language draws everything anew, also what keeps no words itself.
  const { language } = useTranslation()
  const { phase } = session
  useEffect(() => {
    if (phase === 'logged_out') forgetWritings()
  }, [phase])
  return (
    <>
      {session.phase === 'starting' ? null : session.phase === 'logged_out' ? (
        <Suspense>
          <Entrance key={language} session={session} />
        </Suspense>
      ) : (
        <Frame key={session.user} />
      )}
      <Toaster />
    </>
  )
}
