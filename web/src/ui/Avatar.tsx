import './avatar.css'
import { Icon } from './Icon.tsx'
import type { IconName } from './icons.ts'

interface AvatarProps {
  /** The id that the hue is chosen from: the same person has the same colour everywhere. */
  id: string
  name: string
  size?: 20 | 28 | 32 | 40 | 64
  /** Shown instead of initials: a channel, a group. */
  icon?: IconName
  presence?: 'online' | 'away' | undefined
}

const HUES = 8

/** A face without a picture. The name stands beside it, so it is silent to screen readers. */
export function Avatar({ id, name, size = 40, icon, presence }: AvatarProps) {
  return (
    <span
      className={`avatar avatar--${size} avatar--hue-${hue(id)}${icon ? ' avatar--square' : ''}`}
      // Drawn by the style sheet, so that they are no text of the link or button that the face stands in.
      data-initials={icon ? undefined : initials(name)}
      aria-hidden="true"
    >
      {icon ? <Icon name={icon} size={Math.round(size * 0.5)} /> : null}
      {presence ? <span className={`avatar__presence avatar__presence--${presence}`} /> : null}
    </span>
  )
}

function hue(id: string): number {
  let sum = 0
  for (const character of id) sum = (sum * 31 + (character.codePointAt(0) ?? 0)) % 9973
  return sum % HUES
}

/** The first letters of the first and last word; whole characters, never half of one. */
export function initials(name: string): string {
  const words = name
    .normalize('NFC')
    .split(/[\s._-]+/u)
    .map(word => word.match(/[\p{L}\p{N}\p{Extended_Pictographic}]/u)?.[0])
    .filter(letter => letter !== undefined)
  const first = words[0] ?? '·'
  const last = words.length > 1 ? (words.at(-1) ?? '') : ''
  return (first + last).toLocaleUpperCase()
}
