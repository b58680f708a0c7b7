import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import type { Client } from '../client/contract.ts'
import { ClientProvider } from '../client/hooks.tsx'
import { watchForUpdates } from '../client/service-worker.ts'
import { applyPreferences, preferences, usePreferences } from '../features/preferences/index.ts'
import { preferredLanguage, setLanguage, translation } from '../i18n/index.ts'
import '../ui/tokens.css'
import '../ui/base.css'
import { showToast } from '../ui/Toaster.tsx'
import { App } from './App.tsx'
import { Failure, FailureBoundary } from './Failure.tsx'
import { useLanguage } from './useLanguage.ts'
import { followViewport } from './viewport.ts'

function Root({ client }: { client: Client }) {
  useLanguage(usePreferences().language)
  return (
    <ClientProvider value={client}>
      <FailureBoundary>
        <App />
      </FailureBoundary>
    </ClientProvider>
  )
}

async function start(): Promise<void> {
  applyPreferences()
  followViewport()
  const [client] = await Promise.all([
    connect(),
    setLanguage(preferences().language === 'system' ? preferredLanguage(navigator.languages) : asLanguage()),
  ])
  const root = document.getElementById('root')
  if (!root) throw new Error('index.html has no #root')
  createRoot(root).render(
    <StrictMode>
      <Root client={client} />
    </StrictMode>,
  )
  await watchForUpdates(apply => {
    const { t } = translation()
    showToast({ text: t('update.ready'), milliseconds: 24 * 60 * 60 * 1000, action: { label: t('update.apply'), perform: apply } })
  })
}

function asLanguage() {
  const { language } = preferences()
  return language === 'system' ? 'en' : language
}

/** The real client; while developing, `?fake` gives one that needs no server. */
async function connect(): Promise<Client> {
  if (import.meta.env.DEV && new URLSearchParams(location.search).has('fake')) {
    const wishes = new URLSearchParams(location.search).get('fake') ?? ''
    const { startFakeClient } = await import('../dev/fake.ts')
    return startFakeClient({ loggedIn: !wishes.includes('out'), empty: wishes.includes('empty') })
  }
  const { startClient } = await import('../client/index.ts')
  return startClient()
}

start().catch(cause => {
  const root = document.getElementById('root')
  if (root) createRoot(root).render(<Failure cause={cause} />)
})
