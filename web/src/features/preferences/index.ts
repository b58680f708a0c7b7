export { applyPreferences, changePreferences, type Preferences, preferences, usePreferences } from './preferences.ts'
