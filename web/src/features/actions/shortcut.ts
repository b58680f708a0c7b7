/** Shortcuts: one value that is matched, shown and listed. */

export interface Shortcut {
  /** As `KeyboardEvent.code` names it, so that it is the same place on every keyboard; or a character for those that are one. */
  code?: string
  key?: string
  /** Ctrl, or ⌘ on a Mac. */
  command?: boolean
  alt?: boolean
  shift?: boolean
  /** As people read it. */
  shown: string
}

const MAC = /Mac|iPhone|iPad/.test(navigator.platform)

export function shortcut(parts: Omit<Shortcut, 'shown'> & { name: string }): Shortcut {
  const { name, ...rest } = parts
  const words = [rest.command ? (MAC ? '⌘' : 'Ctrl') : '', rest.alt ? (MAC ? '⌥' : 'Alt') : '', rest.shift ? (MAC ? '⇧' : 'Shift') : '', name]
  return { ...rest, shown: words.filter(word => word !== '').join(MAC ? '' : '+') }
}

export function matches(shortcut: Shortcut, event: KeyboardEvent): boolean {
  const command = MAC ? event.metaKey : event.ctrlKey
  const other = MAC ? event.ctrlKey : event.metaKey
  if (other || command !== (shortcut.command ?? false) || event.altKey !== (shortcut.alt ?? false)) return false
  if (shortcut.key !== undefined) return event.key === shortcut.key
  return event.code === shortcut.code && event.shiftKey === (shortcut.shift ?? false)
}

/** True while somebody writes: single characters are text then. */
export function isWriting(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || /^(?:INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
}
