export { AdminList } from './AdminList.tsx'
