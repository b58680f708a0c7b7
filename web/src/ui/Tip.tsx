import { Tooltip, TooltipAnchor, TooltipProvider } from '@ariakit/react/tooltip'
import type { ReactElement } from 'react'
import './tip.css'

/** Shows a label on hover and focus, after a while. The child keeps its own accessible name. */
export function Tip({ label, children, side = 'bottom' }: { label: string; children: ReactElement; side?: 'bottom' | 'right' | 'top' }) {
  return (
    <TooltipProvider timeout={500} hideTimeout={0} placement={side}>
      <TooltipAnchor render={children} />
      <Tooltip className="tip" gutter={6} unmountOnHide>
        {label}
      </Tooltip>
    </TooltipProvider>
  )
}
