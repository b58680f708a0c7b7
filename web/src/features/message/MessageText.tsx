import type { Nodes, PhrasingContent, RootContent } from 'mdast'
import { Fragment, memo, type ReactNode, useState } from 'react'
import type { User, UserId } from '../../client/contract.ts'
import { useUsers } from '../../client/hooks.tsx'
import { closeDirections, useTranslation } from '../../i18n/index.ts'
import { Icon } from '../../ui/Icon.tsx'
import { Link } from '../navigation/index.ts'
import { cutText, safeAddress } from './inline_text.ts'
import { parseMarkdown } from './markdown.ts'
import './message_text.css'

interface MessageTextProps {
  text: string
  mentions: readonly UserId[]
  /** Stands at the very end of the last line: room for the time. */
  tail?: ReactNode
}

interface Context {
  byHandle: ReadonlyMap<string, User>
}

const DEPTH_MAX = 8

/** What somebody wrote, drawn as elements. */
export const MessageText = memo(function MessageText({ text, mentions, tail }: MessageTextProps) {
  const users = useUsers(mentions)
  const byHandle = new Map([...users.values()].flatMap(user => (user.handle ? [[user.handle, user] as const] : [])))
  const tree = parseMarkdown(text)
  const context = { byHandle }
  if (tree === null) {
    return (
      <div className="words">
        <p dir="auto">
          <Inline text={text} context={context} />
          {tail}
        </p>
      </div>
    )
  }
  const last = tree.children.at(-1)
  const inLast = last?.type === 'paragraph'
  return (
    <div className="words">
      {tree.children.map((node, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the tree of one text never changes its order
        <Fragment key={index}>{block(node, context, 0, node === last && inLast ? tail : undefined)}</Fragment>
      ))}
      {inLast ? null : <p className="words__tail">{tail}</p>}
    </div>
  )
})

function block(node: RootContent, context: Context, depth: number, tail?: ReactNode): ReactNode {
  if (depth > DEPTH_MAX) return <p dir="auto">{plain(node)}</p>
  switch (node.type) {
    case 'paragraph':
      return (
        <p dir="auto">
          {phrases(node.children, context, depth)}
          {tail}
        </p>
      )
    case 'blockquote':
      return <blockquote dir="auto">{blocks(node.children, context, depth)}</blockquote>
    case 'code':
      return <CodeBlock text={node.value} />
    case 'list': {
      const items = node.children.map((item, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the tree of one text never changes its order
        <li key={index}>{blocks(item.children, context, depth)}</li>
      ))
      return node.ordered ? (
        <ol dir="auto" start={node.start ?? 1}>
          {items}
        </ol>
      ) : (
        <ul dir="auto">{items}</ul>
      )
    }
    default:
      return <p dir="auto">{plain(node)}</p>
  }
}

function blocks(nodes: readonly RootContent[], context: Context, depth: number): ReactNode {
  return nodes.map((node, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: the tree of one text never changes its order
    <Fragment key={index}>{block(node, context, depth + 1)}</Fragment>
  ))
}

function phrases(nodes: readonly PhrasingContent[], context: Context, depth: number): ReactNode {
  return nodes.map((node, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: the tree of one text never changes its order
    <Fragment key={index}>{phrase(node, context, depth + 1)}</Fragment>
  ))
}

function phrase(node: PhrasingContent, context: Context, depth: number): ReactNode {
  if (depth > DEPTH_MAX) return plain(node)
  switch (node.type) {
    case 'text':
      return <Inline text={node.value} context={context} />
    case 'strong':
      return <strong>{phrases(node.children, context, depth)}</strong>
    case 'emphasis':
      return <em>{phrases(node.children, context, depth)}</em>
    case 'inlineCode':
      return <code dir="ltr">{closeDirections(node.value)}</code>
    case 'break':
      return <br />
    case 'link':
      return <WebLink address={node.url} text={plain(node)} />
    default:
      return plain(node)
  }
}

/** The text of a node without its form. */
function plain(node: Nodes): string {
  if ('value' in node) return node.value
  if ('children' in node) return node.children.map(plain).join('')
  return ''
}

function Inline({ text, context }: { text: string; context: Context }) {
  const pieces = cutText(text, handle => context.byHandle.has(handle))
  return pieces.map((piece, index) => {
    // biome-ignore lint/suspicious/noArrayIndexKey: the pieces of one text never change their order
    if (piece.kind === 'text') return <Fragment key={index}>{closeDirections(piece.text)}</Fragment>
    // biome-ignore lint/suspicious/noArrayIndexKey: as above
    if (piece.kind === 'link') return <WebLink key={index} address={piece.address} text={piece.text} />
    const user = context.byHandle.get(piece.handle)
    return (
      // biome-ignore lint/suspicious/noArrayIndexKey: as above
      <Link key={index} className="words__mention" to={{ page: 'people', user: user?.id }}>
        <bdi>@{user?.display_name ?? piece.handle}</bdi>
      </Link>
    )
  })
}

/** A link that shows where it leads: when its words are not the address, the host stands behind them. */
function WebLink({ address, text }: { address: string; text: string }) {
  const safe = safeAddress(address)
  if (safe === undefined) return <bdi>{text === address ? text : `${text} (${address})`}</bdi>
  const url = new URL(safe)
  const host = url.host || url.pathname
  const honest = text.includes(host) && safeAddress(text.startsWith('www.') ? `https://${text}` : text) === safe
  return (
    <a href={safe} target="_blank" rel="noopener noreferrer nofollow" title={safe}>
      {closeDirections(text)}
      {honest || url.protocol === 'mailto:' ? null : <span className="words__host"> ({host})</span>}
    </a>
  )
}

function CodeBlock({ text }: { text: string }) {
  const { t } = useTranslation()
  const [copied, setCopied] = useState(false)
  const copy = () =>
    navigator.clipboard.writeText(text).then(
      () => {
        setCopied(true)
        setTimeout(() => setCopied(false), 1500)
      },
      () => undefined,
    )
  return (
    <div className="words__code" dir="ltr">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls sideways, so the keyboard must reach it */}
      <pre tabIndex={0}>
        <code>{text}</code>
      </pre>
      <button type="button" className="words__copy" onClick={() => void copy()} aria-label={t('message.copy_code')} title={t('message.copy_code')}>
        <Icon name={copied ? 'check' : 'copy'} size={16} />
      </button>
    </div>
  )
}
