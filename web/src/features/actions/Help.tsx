import { type MessageKey, useTranslation } from '../../i18n/index.ts'
import { Dialog } from '../../ui/Dialog.tsx'
import { MESSAGE_ACTIONS } from '../message/index.ts'
import { closeOverlay } from '../overlays/index.ts'
import { type Action, useActionContext } from './action.ts'
import { appActions } from './app_actions.ts'
import { conversationActions } from './conversation_actions.ts'
import './palette.css'

const GROUPS: readonly { id: Action['group']; title: MessageKey }[] = [
  { id: 'go', title: 'help.go' },
  { id: 'make', title: 'help.make' },
  { id: 'conversation', title: 'help.conversation' },
  { id: 'app', title: 'help.app' },
]

const COMPOSER: readonly { keys: string; label: MessageKey }[] = [
  { keys: 'Enter', label: 'help.send' },
  { keys: 'Shift+Enter', label: 'help.new_line' },
  { keys: '↑', label: 'help.edit_last' },
  { keys: '@', label: 'help.mention' },
  { keys: 'Esc', label: 'help.cancel' },
]

const UNPINNED = { pinned: false }

/** Every shortcut there is, from the lists that make them work. */
export default function Help() {
  const { t } = useTranslation()
  const context = useActionContext()
  const all = [...appActions(), ...conversationActions()].filter(action => action.shortcut)
  return (
    <Dialog title={t('help.title')} closeLabel={t('close')} size="large" onClose={closeOverlay}>
      <div className="help">
        {GROUPS.map(group => {
          const lines = all.filter(action => action.group === group.id)
          return lines.length === 0 ? null : (
            <section key={group.id} className="help__group">
              <h2>{t(group.title)}</h2>
              {lines.map(action => (
                <Line key={action.id} label={t(action.label(context))} keys={action.shortcut?.shown ?? ''} />
              ))}
            </section>
          )
        })}
        <section className="help__group">
          <h2>{t('help.composer')}</h2>
          {COMPOSER.map(line => (
            <Line key={line.keys} label={t(line.label)} keys={line.keys} />
          ))}
        </section>
        <section className="help__group">
          <h2>{t('help.message')}</h2>
          <Line label={t('help.move')} keys="↑ ↓" />
          {MESSAGE_ACTIONS.filter(action => action.key).map(action => (
            <Line key={action.id} label={t(typeof action.label === 'string' ? action.label : action.label(UNPINNED))} keys={action.key ?? ''} />
          ))}
        </section>
      </div>
    </Dialog>
  )
}

function Line({ label, keys }: { label: string; keys: string }) {
  return (
    <p className="help__line">
      {label}
      <kbd>{keys}</kbd>
    </p>
  )
}
