import { lazy, type ReactNode, Suspense } from 'react'
import { type Overlay, useOverlay } from '../features/overlays/index.ts'

const CreateDialog = lazy(() => import('../features/create/CreateDialog.tsx'))
const AddMembers = lazy(() => import('../features/create/AddMembers.tsx'))
const Palette = lazy(() => import('../features/actions/Palette.tsx'))
const Help = lazy(() => import('../features/actions/Help.tsx'))
const SearchDialog = lazy(() => import('../features/search/SearchDialog.tsx'))
const ConversationInvites = lazy(() => import('../features/invites/ConversationInvites.tsx'))

/** Draws the dialog that stands open. Each is loaded when it is first wanted. */
export function Dialogs() {
  const overlay = useOverlay()
  return overlay ? <Suspense>{draw(overlay)}</Suspense> : null
}

function draw(overlay: Overlay): ReactNode {
  switch (overlay.kind) {
    case 'create':
      return <CreateDialog key={overlay.what} what={overlay.what} />
    case 'add_members':
      return <AddMembers conversation={overlay.conversation} />
    case 'palette':
      return <Palette />
    case 'help':
      return <Help />
    case 'search':
      return <SearchDialog within={overlay.within} />
    case 'invites':
      return <ConversationInvites conversation={overlay.conversation} />
  }
}
