import { Tooltip, TooltipAnchor, TooltipProvider } from '@ariakit/react/tooltip'
import type { ReactElement } from 'react'
import { useTranslation } from '../i18n/index.ts'
import './tip.css'

/** Shows a label on hover and focus, after a while. The child keeps its own accessible name. */
export function Tip({ label, children, side = 'bottom' }: { label: string; children: ReactElement; side?: 'bottom' | 'end' }) {
  const { direction } = useTranslation()
  const placement = side === 'end' ? (direction === 'rtl' ? 'left' : 'right') : side
  return (
    <TooltipProvider timeout={500} hideTimeout={0} placement={placement}>
      <TooltipAnchor render={children} />
      <Tooltip className="tip" gutter={6} unmountOnHide>
        {label}
      </Tooltip>
    </TooltipProvider>
  )
}
