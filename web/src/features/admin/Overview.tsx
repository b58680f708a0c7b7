import { useCallback, useEffect, useState } from 'react'
import type { Figures, RegistrationMode } from '../../client/contract.ts'
import { useClient, useSource } from '../../client/hooks.tsx'
import { useFormats } from '../../i18n/format.ts'
import { useTranslation } from '../../i18n/index.ts'
import { Button } from '../../ui/Button.tsx'
import { Choice, TextField } from '../../ui/Field.tsx'
import { Section } from '../../ui/Surface.tsx'
import { showToast } from '../../ui/Toaster.tsx'
import { RefusalNotice, useAttempt } from '../refusal/index.ts'

const REFRESH_MS = 15_000

/** The figures of the server, its name and who may come in. */
export function Overview() {
  const { t } = useTranslation()
  return (
    <>
      <Section title={t('admin.figures')}>
        <FiguresView />
      </Section>
      <Settings />
    </>
  )
}

function FiguresView() {
  const { t } = useTranslation()
  const formats = useFormats()
  const { commands } = useClient()
  const [figures, setFigures] = useState<Figures | undefined>()
  const attempt = useAttempt()
  const { run } = attempt
  const load = useCallback(() => run(async () => setFigures(await commands.adminFigures())), [run, commands])
  useEffect(() => {
    void load()
    const timer = setInterval(() => void load(), REFRESH_MS)
    return () => clearInterval(timer)
  }, [load])
  const shown = [
    { label: t('admin.figure_users'), value: figures && formats.number(figures.users) },
    { label: t('admin.figure_conversations'), value: figures && formats.number(figures.conversations) },
    { label: t('admin.figure_messages'), value: figures && formats.number(figures.messages) },
    { label: t('admin.figure_connections'), value: figures && formats.number(figures.connections) },
    { label: t('admin.figure_store'), value: figures && formats.bytes(figures.store_bytes) },
  ]
  return (
    <>
      <dl className="figures">
        {shown.map(({ label, value }) => (
          <div key={label} className="figure">
            <dt>{label}</dt>
            <dd>{value ?? '–'}</dd>
          </div>
        ))}
      </dl>
      <RefusalNotice refusal={attempt.problem} />
    </>
  )
}

function Settings() {
  const { t } = useTranslation()
  const client = useClient()
  const { commands } = client
  const server = useSource(client.server)
  const attempt = useAttempt()
  const [typed, setTyped] = useState<string | undefined>()
  if (!server) return null
  const name = typed ?? server.name
  const change = async (what: { registration?: RegistrationMode; name?: string }) => {
    if (!(await attempt.run(() => commands.adminUpdateSettings(what)))) return
    setTyped(undefined)
    showToast({ text: t('saved') })
    await commands.loadServer().catch(() => undefined)
  }
  return (
    <>
      <Section title={t('admin.registration')}>
        <Choice
          hiddenLabel
          label={t('admin.registration')}
          hint={t(`admin.registration_${server.registration}_hint`)}
          value={server.registration}
          options={[
            { value: 'invite', label: t('admin.registration_invite') },
            { value: 'open', label: t('admin.registration_open') },
            { value: 'closed', label: t('admin.registration_closed') },
          ]}
          disabled={attempt.busy}
          onChange={registration => void change({ registration })}
        />
      </Section>
      <Section title={t('admin.name')}>
        <form
          className="settings-form"
          onSubmit={event => {
            event.preventDefault()
            void change({ name: name.trim() })
          }}
        >
          <TextField hiddenLabel label={t('admin.name')} hint={t('admin.name_hint')} value={name} onChange={setTyped} maxLength={64} />
          {name.trim() !== '' && name.trim() !== server.name ? (
            <Button look="primary" type="submit" busy={attempt.busy}>
              {t('save')}
            </Button>
          ) : null}
        </form>
      </Section>
      <RefusalNotice refusal={attempt.problem} />
    </>
  )
}
