import type { ReactNode } from 'react'
import { useTranslation } from '../../i18n/index.ts'
import { IconButton } from '../../ui/Button.tsx'
import { goBack, type Route } from '../navigation/index.ts'
import './settings.css'

/** A page of settings or administration: a title and a column. */
export function Page({ title, back, children }: { title: string; back: Route; children: ReactNode }) {
  const { t } = useTranslation()
  return (
    <section className="pane page" aria-label={title}>
      <header className="page-header">
        <span className="page-header__back">
          <IconButton icon="back" label={t('back')} onClick={() => goBack(back)} />
        </span>
        <h2 className="page-header__title">{title}</h2>
      </header>
      <div className="page-scroll">
        <div className="page-column">{children}</div>
      </div>
    </section>
  )
}
