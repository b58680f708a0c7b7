export { describeRefusal, RefusalNotice } from './RefusalNotice.tsx'
export { useAttempt } from './useAttempt.ts'
