import { lazy, type ReactNode, Suspense, useEffect } from 'react'
import { type Overlay, useOverlay } from '../features/overlays/index.ts'

const loaders = {
  create: () => import('../features/create/CreateDialog.tsx'),
  members: () => import('../features/create/AddMembers.tsx'),
  palette: () => import('../features/actions/Palette.tsx'),
  help: () => import('../features/actions/Help.tsx'),
  search: () => import('../features/search/SearchDialog.tsx'),
  invites: () => import('../features/invites/ConversationInvites.tsx'),
}
const CreateDialog = lazy(loaders.create)
const AddMembers = lazy(loaders.members)
const Palette = lazy(loaders.palette)
const Help = lazy(loaders.help)
const SearchDialog = lazy(loaders.search)
const ConversationInvites = lazy(loaders.invites)

const FETCH_AFTER_MS = 3000

/** Draws the dialog that stands open. None of them is part of the first load. */
export function Dialogs() {
  const overlay = useOverlay()
  // Fetched once the page is quiet, so that what is typed right after a shortcut finds its field.
  useEffect(() => {
    const timer = setTimeout(() => {
      for (const load of Object.values(loaders)) void load().catch(() => undefined)
    }, FETCH_AFTER_MS)
    return () => clearTimeout(timer)
  }, [])
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
