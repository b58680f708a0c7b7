import { useEffect, useState } from 'react'
import type { ConversationView, Member } from '../../client/contract.ts'
import { useClient } from '../../client/hooks.tsx'
import { useTranslation } from '../../i18n/index.ts'
import { Button, IconButton } from '../../ui/Button.tsx'
import { Dialog } from '../../ui/Dialog.tsx'
import { Menu, MenuItem } from '../../ui/Menu.tsx'
import { Section, SkeletonRows } from '../../ui/Surface.tsx'
import { showToast } from '../../ui/Toaster.tsx'
import { navigate } from '../navigation/index.ts'
import { openOverlay } from '../overlays/index.ts'
import { nameOf, UserAvatar, useMe, usePresenceWatch } from '../people/index.ts'
import { may } from '../permission/index.ts'
import { RefusalNotice, useAttempt } from '../refusal/index.ts'

const WATCHED_MAX = 60

/** Who is in it, with what they may do to each other. */
export function Members({ conversation }: { conversation: ConversationView }) {
  const { t } = useTranslation()
  const { commands } = useClient()
  const [members, setMembers] = useState<readonly Member[] | undefined>()
  const [next, setNext] = useState<string | undefined>()
  const [filter, setFilter] = useState('')
  const attempt = useAttempt()
  const { id, lastSeq } = conversation
  // biome-ignore lint/correctness/useExhaustiveDependencies: membership is in the log, so the log's end says when to ask again
  useEffect(() => {
    let gone = false
    commands.listMembers(id).then(
      page => {
        if (gone) return
        setMembers(page.members)
        setNext(page.next)
      },
      () => gone || setMembers(known => known ?? []),
    )
    return () => {
      gone = true
    }
  }, [commands, id, lastSeq])
  usePresenceWatch((members ?? []).slice(0, WATCHED_MAX).map(member => member.user.id))
  const wanted = filter.trim().toLocaleLowerCase()
  const shown = (members ?? []).filter(({ user }) => user.display_name.toLocaleLowerCase().includes(wanted) || user.handle?.includes(wanted))
  const more = async () => {
    const page = await commands.listMembers(id, next)
    setMembers([...(members ?? []), ...page.members])
    setNext(page.next)
  }
  return (
    <Section
      title={t('members.title', { count: conversation.memberCount })}
      action={
        may(conversation, 'invite') ? (
          <IconButton size="small" icon="userAdd" label={t('members.add')} onClick={() => openOverlay({ kind: 'add_members', conversation: id })} />
        ) : undefined
      }
    >
      {conversation.memberCount > 12 ? (
        <input
          className="members__filter"
          type="search"
          value={filter}
          onChange={event => setFilter(event.currentTarget.value)}
          placeholder={t('members.filter')}
          aria-label={t('members.filter')}
        />
      ) : null}
      {members === undefined ? <SkeletonRows rows={3} /> : null}
      <ul className="members">
        {shown.map(member => (
          <MemberRow key={member.user.id} conversation={conversation} member={member} run={attempt.run} />
        ))}
      </ul>
      {next ? (
        <Button look="plain" onClick={() => void attempt.run(more)}>
          {t('show_more')}
        </Button>
      ) : null}
      <RefusalNotice refusal={attempt.problem} />
    </Section>
  )
}

interface MemberRowProps {
  conversation: ConversationView
  member: Member
  run: (work: () => Promise<unknown>) => Promise<boolean>
}

function MemberRow({ conversation, member, run }: MemberRowProps) {
  const { t } = useTranslation()
  const { commands } = useClient()
  const me = useMe()
  const { user, role } = member
  const name = nameOf(user, t)
  const own = user.id === me
  const manages = may(conversation, 'manage_admins')
  const removes = !own && role !== 'owner' && (role === 'member' ? may(conversation, 'remove_member') : manages)
  const [handingOver, setHandingOver] = useState(false)
  const setRole = (wanted: Member['role']) => void run(() => commands.setRole(conversation.id, user.id, wanted))
  const remove = async () => {
    if (!(await run(() => commands.removeMember(conversation.id, user.id)))) return
    showToast({
      text: t('members.removed', { name }),
      action: { label: t('undo'), perform: () => void run(() => commands.addMember(conversation.id, user.id)) },
    })
  }
  return (
    <li className="member">
      <UserAvatar id={user.id} size={32} presence={!own} />
      <span className="member__words">
        <bdi className="name">{own ? t('members.you', { name }) : name}</bdi>
        {role === 'member' ? null : <span className="member__role">{t(`role.${role}`)}</span>}
      </span>
      {own ? null : (
        <Menu button={<IconButton size="small" icon="more" label={t('members.manage', { name })} />} label={name}>
          <MenuItem icon="people" onClick={() => navigate({ page: 'people', user: user.id })}>
            {t('members.profile')}
          </MenuItem>
          {manages && role === 'member' ? (
            <MenuItem icon="shield" onClick={() => setRole('admin')}>
              {t('members.make_admin')}
            </MenuItem>
          ) : null}
          {manages && role === 'admin' ? (
            <MenuItem icon="shield" onClick={() => setRole('member')}>
              {t('members.make_member')}
            </MenuItem>
          ) : null}
          {manages && role !== 'owner' ? (
            <MenuItem icon="star" onClick={() => setHandingOver(true)}>
              {t('members.make_owner')}
            </MenuItem>
          ) : null}
          {removes ? (
            <MenuItem icon="leave" look="danger" onClick={() => void remove()}>
              {t('members.remove')}
            </MenuItem>
          ) : null}
        </Menu>
      )}
      {handingOver ? (
        <Dialog
          title={t('members.hand_over_title', { name })}
          closeLabel={t('close')}
          size="small"
          onClose={() => setHandingOver(false)}
          actions={
            <>
              <Button onClick={() => setHandingOver(false)}>{t('cancel')}</Button>
              <Button
                look="primary"
                onClick={() => {
                  setHandingOver(false)
                  setRole('owner')
                }}
              >
                {t('members.make_owner')}
              </Button>
            </>
          }
        >
          <p>{t('members.hand_over_text')}</p>
        </Dialog>
      ) : null}
    </li>
  )
}
