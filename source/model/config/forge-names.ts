/** Programs that serve repositories and take changes for review. */
export const forgeNames = ['github', 'gitlab', 'forgejo', 'sourcehut'] as const;

export type ForgeName = (typeof forgeNames)[number];
