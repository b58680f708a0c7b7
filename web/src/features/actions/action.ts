import type { Client, ConversationView } from '../../client/contract.ts'
import { useClient, useMaybe } from '../../client/hooks.tsx'
import { type MessageKey, type Translation, useTranslation } from '../../i18n/index.ts'
import type { IconName } from '../../ui/icons.ts'
import { conversationOf, type Route, useRoute } from '../navigation/index.ts'
import type { Shortcut } from './shortcut.ts'

export interface ActionContext {
  client: Client
  route: Route
  /** The conversation that it is about: the open one, or the one whose menu this is. */
  conversation: ConversationView | undefined
  t: Translation['t']
}

/** Something a person can do: menus, shortcuts, palette and help are made of these and of nothing else. */
export interface Action {
  id: string
  group: 'go' | 'make' | 'conversation' | 'app'
  label: (context: ActionContext) => MessageKey
  icon: IconName
  shortcut?: Shortcut
  look?: 'danger'
  enabled: (context: ActionContext) => boolean
  perform: (context: ActionContext) => void
}

/** The context of the place where one is, or of a given conversation. */
export function useActionContext(conversation?: ConversationView): ActionContext {
  const client = useClient()
  const route = useRoute()
  const { t } = useTranslation()
  const id = conversationOf(route)
  const open = useMaybe(id === undefined ? undefined : client.conversation(id))
  return { client, route, t, conversation: conversation ?? open }
}
