import type { User } from '../../client/contract.ts'
import { useTranslation } from '../../i18n/index.ts'
import { Avatar } from '../../ui/Avatar.tsx'
import { Handle } from '../people/index.ts'

interface MentionListProps {
  id: string
  users: readonly User[]
  active: number
  onChoose: (index: number) => void
}

/** Who can be meant by what stands after the @. The focus stays in the text. */
export function MentionList({ id, users, active, onChoose }: MentionListProps) {
  const { t } = useTranslation()
  return (
    <div className="mentions" role="listbox" id={id} aria-label={t('composer.mention')}>
      {users.map((user, index) => (
        // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are those of the text field that owns this list
        <div
          key={user.id}
          id={`${id}-${index}`}
          role="option"
          tabIndex={-1}
          aria-selected={index === active}
          className="mentions__option"
          onMouseDown={event => event.preventDefault()}
          onClick={() => onChoose(index)}
        >
          <Avatar id={user.id} name={user.display_name} size={28} />
          <bdi className="name">{user.display_name}</bdi>
          <span className="mentions__handle">
            <Handle handle={user.handle} />
          </span>
        </div>
      ))}
    </div>
  )
}
