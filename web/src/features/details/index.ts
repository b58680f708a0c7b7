export { DetailsPane } from './DetailsPane.tsx'
