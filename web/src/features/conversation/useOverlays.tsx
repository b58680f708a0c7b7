import { lazy, type ReactNode, Suspense, useCallback, useMemo, useState } from 'react'
import type { ConversationView, MessageItem, Timeline } from '../../client/contract.ts'
import { useClient } from '../../client/hooks.tsx'
import { translation, useTranslation } from '../../i18n/index.ts'
import { ContextMenu, MenuItem } from '../../ui/Menu.tsx'
import { showToast } from '../../ui/Toaster.tsx'
import { replyTo, startEditing } from '../composer/index.ts'
import { EmojiPopover } from '../emoji/index.ts'
import { MESSAGE_ACTIONS, type MessageContext, type MessageHandlers } from '../message/index.ts'
import { describeRefusal } from '../refusal/index.ts'

const MessageDetails = lazy(() => import('./MessageDetails.tsx'))
const DeleteDialog = lazy(() => import('./DeleteDialog.tsx'))

type Point = { x: number; y: number }
type Overlay = { kind: 'menu' | 'emoji'; item: MessageItem; at: Point } | { kind: 'details' | 'delete'; item: MessageItem }

interface Overlays {
  handlers: MessageHandlers
  overlays: ReactNode
  onKey: (item: MessageItem, key: string, element: HTMLElement) => boolean
}

/** What opens over the timeline for one message: its menu, the emoji picker, details, the question before deleting. */
export function useOverlays(conversation: ConversationView, timeline: Timeline | undefined): Overlays {
  const { t } = useTranslation()
  const client = useClient()
  const [overlay, setOverlay] = useState<Overlay | undefined>()
  const close = useCallback(() => setOverlay(undefined), [])
  const { id } = conversation

  const context = useCallback(
    (item: MessageItem, at: Point): MessageContext => ({
      item,
      conversation,
      commands: client.commands,
      reply: target => replyTo(client, id, target),
      edit: target => startEditing(client, id, target),
      pickEmoji: target => setOverlay({ kind: 'emoji', item: target, at }),
      showDetails: target => setOverlay({ kind: 'details', item: target }),
      confirmDelete: target => setOverlay({ kind: 'delete', item: target }),
      copied: () => showToast({ text: translation().t('copied') }),
    }),
    [client, conversation, id],
  )

  const handlers = useMemo<MessageHandlers>(
    () => ({
      onMenu: (item, at) => setOverlay({ kind: 'menu', item, at }),
      onReact: (item, at) => setOverlay({ kind: 'emoji', item, at }),
      onReply: item => replyTo(client, id, item),
      onToggle: (item, emoji, on) => {
        if (item.seq === undefined) return
        client.commands.react(id, item.seq, emoji, on).catch(refusal => showToast({ kind: 'error', text: describeRefusal(refusal, translation().t) }))
      },
      onJump: seq => {
        void timeline?.jumpTo(seq).then(found => {
          if (!found) showToast({ text: translation().t('timeline.gone') })
        })
      },
      onRetry: item => void client.commands.retry(item.key).catch(() => undefined),
      onDiscard: item => void client.commands.discard(item.key).catch(() => undefined),
    }),
    [client, id, timeline],
  )

  const onKey = useCallback(
    (item: MessageItem, key: string, element: HTMLElement) => {
      const box = element.getBoundingClientRect()
      const at = { x: box.left + 48, y: Math.min(box.bottom, innerHeight - 80) }
      if (key === 'Enter' || key === ' ') {
        setOverlay({ kind: 'menu', item, at })
        return true
      }
      const here = context(item, at)
      const action = MESSAGE_ACTIONS.find(candidate => candidate.key === key && candidate.enabled(here))
      action?.perform(here)
      return action !== undefined
    },
    [context],
  )

  let overlays: ReactNode = null
  if (overlay?.kind === 'menu') {
    const here = context(overlay.item, overlay.at)
    overlays = (
      <ContextMenu at={overlay.at} label={t('more')} onClose={() => setOverlay(now => (now === overlay ? undefined : now))}>
        {MESSAGE_ACTIONS.filter(action => action.enabled(here)).map(action => (
          <MenuItem key={action.id} icon={action.icon} look={action.look ?? 'plain'} shortcut={action.key} onClick={() => action.perform(here)}>
            {t(typeof action.label === 'string' ? action.label : action.label(overlay.item))}
          </MenuItem>
        ))}
      </ContextMenu>
    )
  } else if (overlay?.kind === 'emoji') {
    const { item } = overlay
    overlays = <EmojiPopover quick at={overlay.at} onClose={close} onPick={emoji => handlers.onToggle(item, emoji, true)} />
  } else if (overlay?.kind === 'details') {
    overlays = (
      <Suspense>
        <MessageDetails conversation={conversation} item={overlay.item} onClose={close} />
      </Suspense>
    )
  } else if (overlay?.kind === 'delete') {
    overlays = (
      <Suspense>
        <DeleteDialog conversation={conversation} item={overlay.item} onClose={close} />
      </Suspense>
    )
  }
  return { handlers, overlays, onKey }
}
