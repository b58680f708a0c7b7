export { type Deed, may } from './may.ts'
