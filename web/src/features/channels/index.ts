export { ChannelDirectory } from './ChannelDirectory.tsx'
