/** Cuts running text into words, addresses and mentions. */

export type Piece =
  | { kind: 'text'; text: string }
  | { kind: 'link'; text: string; address: string }
  | { kind: 'mention'; text: string; handle: string }

const FOUND = /\b(?:https?:\/\/|www\.)[^\s<>"'`]{2,2000}|(?<![\w@/.])@[a-z0-9._-]{2,32}/giu

/** The pieces of a text, in order. Mentions are only what `isMentioned` knows. */
export function cutText(text: string, isMentioned: (handle: string) => boolean): Piece[] {
  const pieces: Piece[] = []
  let from = 0
  const push = (piece: Piece, start: number, end: number) => {
    if (start > from) pieces.push({ kind: 'text', text: text.slice(from, start) })
    pieces.push(piece)
    from = end
  }
  for (const match of text.matchAll(FOUND)) {
    const whole = match[0]
    if (whole.startsWith('@')) {
      const handle = whole
        .slice(1)
        .replace(/[.\-_]+$/, match => (isMentioned(whole.slice(1).toLowerCase()) ? match : ''))
        .toLowerCase()
      if (isMentioned(handle)) push({ kind: 'mention', text: `@${handle}`, handle }, match.index, match.index + handle.length + 1)
      continue
    }
    const trimmed = trimAddress(whole)
    const address = safeAddress(trimmed.startsWith('www.') ? `https://${trimmed}` : trimmed)
    if (address) push({ kind: 'link', text: trimmed, address }, match.index, match.index + trimmed.length)
  }
  if (from < text.length) pieces.push({ kind: 'text', text: text.slice(from) })
  return pieces
}

/** Full stops and closing brackets at the end belong to the sentence, unless the bracket was opened inside. */
function trimAddress(address: string): string {
  let rest = address.replace(/[.,:;!?…]+$/u, '')
  while (rest.endsWith(')') && count(rest, '(') < count(rest, ')')) rest = rest.slice(0, -1).replace(/[.,:;!?…]+$/u, '')
  return rest
}

function count(text: string, character: string): number {
  return text.split(character).length - 1
}

/** The address when it is one that may be opened: the web and mail, nothing else. */
export function safeAddress(address: string): string | undefined {
  try {
    const url = new URL(address)
    return ['http:', 'https:', 'mailto:'].includes(url.protocol) ? url.href : undefined
  } catch {
    return undefined
  }
}

const EMOJI_ONLY = /^(?:\p{Extended_Pictographic}(?:\uFE0F|\u200D\p{Extended_Pictographic}|\p{Emoji_Modifier})*|\p{Regional_Indicator}{2}|\s){1,12}$/u

/** True for a message of one to three emoji and nothing else. */
export function isEmojiOnly(text: string): boolean {
  if (text.length > 40 || !EMOJI_ONLY.test(text)) return false
  const segments = [...new Intl.Segmenter('en', { granularity: 'grapheme' }).segment(text)].filter(part => part.segment.trim() !== '')
  return segments.length >= 1 && segments.length <= 3
}
