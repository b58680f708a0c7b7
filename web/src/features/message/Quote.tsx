import type { ReplyView, Seq, UserId } from '../../client/contract.ts'
import { useTranslation } from '../../i18n/index.ts'
import { UserName } from '../people/index.ts'
import { oneLine } from './one_line.ts'

/** The message that is answered, on one line. */
export function Quote({ reply, me, onOpen }: { reply: ReplyView; me: UserId; onOpen?: (seq: Seq) => void }) {
  const { t } = useTranslation()
  const inner = (
    <>
      <span className="quote__author">{reply.sender === undefined ? '…' : reply.sender === me ? t('you') : <UserName id={reply.sender} />}</span>
      <span className="quote__text" dir="auto">
        {reply.deleted ? t('message.deleted') : reply.text === undefined ? t('message.unavailable') : oneLine(reply.text)}
      </span>
    </>
  )
  return onOpen ? (
    <button type="button" className="quote" onClick={() => onOpen(reply.seq)}>
      <span className="visually-hidden">{t('message.show_replied')}: </span>
      {inner}
    </button>
  ) : (
    <div className="quote">{inner}</div>
  )
}
