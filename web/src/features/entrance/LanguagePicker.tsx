import { LANGUAGES, useTranslation } from '../../i18n/index.ts'
import { changePreferences } from '../preferences/index.ts'

/** The languages, each in its own. */
export function LanguagePicker() {
  const { t, language } = useTranslation()
  return (
    <nav className="languages" aria-label={t('appearance.language')}>
      {LANGUAGES.map(one => (
        <button
          key={one.code}
          type="button"
          lang={one.code}
          aria-current={one.code === language ? 'true' : undefined}
          onClick={() => changePreferences({ language: one.code })}
        >
          {one.name}
        </button>
      ))}
    </nav>
  )
}
