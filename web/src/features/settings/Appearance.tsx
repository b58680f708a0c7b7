import { LANGUAGES, useTranslation } from '../../i18n/index.ts'
import { Choice, Select, Switch } from '../../ui/Field.tsx'
import { Section } from '../../ui/Surface.tsx'
import { changePreferences, usePreferences } from '../preferences/index.ts'

/** How it looks in this browser, and in which language it speaks. */
export function Appearance() {
  const { t } = useTranslation()
  const chosen = usePreferences()
  return (
    <>
      <Section title={t('appearance.look')}>
        <Choice
          label={t('appearance.theme')}
          value={chosen.theme}
          options={[
            { value: 'system', label: t('appearance.system') },
            { value: 'light', label: t('appearance.light') },
            { value: 'dark', label: t('appearance.dark') },
          ]}
          onChange={theme => changePreferences({ theme })}
        />
        <Choice
          label={t('appearance.contrast')}
          value={chosen.contrast}
          options={[
            { value: 'system', label: t('appearance.system') },
            { value: 'standard', label: t('appearance.standard') },
            { value: 'more', label: t('appearance.more_contrast') },
          ]}
          onChange={contrast => changePreferences({ contrast })}
        />
        <Choice
          label={t('appearance.text')}
          value={chosen.text}
          options={[
            { value: 'regular', label: t('appearance.regular') },
            { value: 'large', label: t('appearance.large') },
            { value: 'larger', label: t('appearance.larger') },
          ]}
          onChange={text => changePreferences({ text })}
        />
      </Section>
      <Section title={t('appearance.language')}>
        <Select
          hiddenLabel
          label={t('appearance.language')}
          value={chosen.language}
          options={[
            { value: 'system', label: t('appearance.browser') },
            ...LANGUAGES.map(language => ({ value: language.code, label: language.name })),
          ]}
          onChange={language => changePreferences({ language })}
        />
      </Section>
      <Section title={t('appearance.writing')}>
        <Switch
          label={t('appearance.enter')}
          hint={t('appearance.enter_hint')}
          checked={chosen.enterSends}
          onChange={enterSends => changePreferences({ enterSends })}
        />
      </Section>
    </>
  )
}
