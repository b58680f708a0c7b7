import { useEffect, useState } from 'react'
import type { ConversationView, MessageItem, Receipt } from '../../client/contract.ts'
import { useClient } from '../../client/hooks.tsx'
import { useFormats } from '../../i18n/format.ts'
import { type MessageKey, useTranslation } from '../../i18n/index.ts'
import { Dialog } from '../../ui/Dialog.tsx'
import { SkeletonRows } from '../../ui/Surface.tsx'
import { Ticks } from '../message/index.ts'
import { UserAvatar, UserName, useMe } from '../people/index.ts'

/** When a message was written and edited, who has it and who has read it. */
export default function MessageDetails({ conversation, item, onClose }: { conversation: ConversationView; item: MessageItem; onClose: () => void }) {
  const { t } = useTranslation()
  const formats = useFormats()
  const client = useClient()
  const me = useMe()
  const [receipts, setReceipts] = useState<readonly Receipt[] | undefined>()
  const seq = item.seq ?? 0
  useEffect(() => {
    let gone = false
    client.commands.listReceipts(conversation.id).then(
      list => gone || setReceipts(list),
      () => gone || setReceipts([]),
    )
    return () => {
      gone = true
    }
  }, [client, conversation.id])
  const others = receipts?.filter(receipt => receipt.user !== me && receipt.user !== item.sender)
  const read = others?.filter(receipt => receipt.read >= seq) ?? []
  const delivered = others?.filter(receipt => receipt.read < seq && receipt.delivered >= seq) ?? []
  const waiting = others?.filter(receipt => receipt.delivered < seq) ?? []
  return (
    <Dialog title={t('message.details')} closeLabel={t('close')} size="small" onClose={onClose}>
      <dl className="facts">
        <dt>{t('message.from')}</dt>
        <dd>
          <UserName id={item.sender} />
        </dd>
        <dt>{t('message.sent_at')}</dt>
        <dd>{formats.full(item.at)}</dd>
        {item.editedAt ? (
          <>
            <dt>{t('message.edited_at')}</dt>
            <dd>{formats.full(item.editedAt)}</dd>
          </>
        ) : null}
      </dl>
      {conversation.kind === 'channel' ? (
        <p className="field__hint">{t('message.no_receipts')}</p>
      ) : receipts === undefined ? (
        <SkeletonRows rows={2} />
      ) : (
        <>
          <Group title="message.read_by" state="read" receipts={read} />
          <Group title="message.delivered_to" state="delivered" receipts={delivered} />
          <Group title="message.waiting_for" state="sent" receipts={waiting} />
          {read.length === 0 && others && others.length > 0 ? <p className="field__hint">{t('message.read_hint')}</p> : null}
        </>
      )}
    </Dialog>
  )
}

function Group({ title, state, receipts }: { title: MessageKey; state: 'read' | 'delivered' | 'sent'; receipts: readonly Receipt[] }) {
  const { t } = useTranslation()
  if (receipts.length === 0) return null
  return (
    <section className="receipt-group">
      <h3 className="receipt-group__title">
        <Ticks state={state} /> {t(title)}
      </h3>
      <ul>
        {receipts.map(receipt => (
          <li key={receipt.user} className="receipt">
            <UserAvatar id={receipt.user} size={28} />
            <UserName id={receipt.user} />
          </li>
        ))}
      </ul>
    </section>
  )
}
