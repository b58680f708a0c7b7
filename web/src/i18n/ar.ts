export const ar = {} as never
