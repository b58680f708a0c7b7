import { Component, type ReactNode } from 'react'
import { translation } from '../i18n/index.ts'
import { Button } from '../ui/Button.tsx'
import { EmptyState } from '../ui/Surface.tsx'

/** What stands there when the app itself broke: what it means, and the way out. */
export function Failure({ cause }: { cause: unknown }) {
  const { t } = translation()
  return (
    <main className="failure">
      <EmptyState
        icon="warning"
        title={t('failure.title')}
        action={
          <Button look="primary" icon="reload" onClick={() => location.reload()}>
            {t('connection.reload')}
          </Button>
        }
      >
        {t('failure.text')}
      </EmptyState>
      <details className="refusal">
        <summary>{t('refusal.details')}</summary>
        <p dir="auto">{cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause)}</p>
      </details>
    </main>
  )
}

/** Catches what a component throws while it is drawn. */
export class FailureBoundary extends Component<{ children: ReactNode }, { cause: unknown; failed: boolean }> {
  override state = { cause: undefined, failed: false }

  static getDerivedStateFromError(cause: unknown) {
    return { cause, failed: true }
  }

  override render(): ReactNode {
    return this.state.failed ? <Failure cause={this.state.cause} /> : this.props.children
  }
}
