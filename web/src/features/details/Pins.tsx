import { useEffect, useState } from 'react'
import type { ConversationView, MessageItem } from '../../client/contract.ts'
import { useClient } from '../../client/hooks.tsx'
import { useTranslation } from '../../i18n/index.ts'
import { Section } from '../../ui/Surface.tsx'
import { oneLine } from '../message/index.ts'
import { navigate, useRoute } from '../navigation/index.ts'
import { UserName } from '../people/index.ts'

/** The pinned messages. Nothing stands here while there are none. */
export function Pins({ conversation }: { conversation: ConversationView }) {
  const { t } = useTranslation()
  const { commands } = useClient()
  const route = useRoute()
  const [pins, setPins] = useState<readonly MessageItem[]>([])
  const { id, lastSeq } = conversation
  // biome-ignore lint/correctness/useExhaustiveDependencies: a pin is an event of the log, so the log's end says when to ask again
  useEffect(() => {
    let gone = false
    commands.listPins(id).then(
      list => gone || setPins(list),
      () => undefined,
    )
    return () => {
      gone = true
    }
  }, [commands, id, lastSeq])
  if (pins.length === 0) return null
  const page = route.page === 'channels' ? 'channels' : 'chats'
  return (
    <Section title={t('details.pins')}>
      <ul className="pins">
        {pins.map(item => (
          <li key={item.key}>
            <button type="button" className="pin" onClick={() => navigate({ page, conversation: id, seq: item.seq })}>
              <span className="pin__author">
                <UserName id={item.sender} />
              </span>
              <span className="pin__text" dir="auto">
                {item.text === undefined ? null : oneLine(item.text)}
              </span>
            </button>
          </li>
        ))}
      </ul>
    </Section>
  )
}
