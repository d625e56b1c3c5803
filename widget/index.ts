/** `/widget.js`: defines `<peel-studio>`. It also exports the classes for pages that need the types. */
import { definePeelStudio } from './define.ts';

export { PeelError } from './api/problem.ts';
export * from './events.ts';
export type { Result } from './generation.ts';
export { PeelStudio } from './peel-studio.ts';
export { definePeelStudio };

definePeelStudio();
