/** `/widget.js`: defines `<peel-studio>`. It also exports the classes for pages that need them. */
import { definePeelStudio } from './define.ts';

export { PeelError } from './api/peel-error.ts';
export type { PeelEvent, PeelEventMap } from './events.ts';
export type { Result } from './model.ts';
export { PeelStudio } from './peel-studio.ts';
export { definePeelStudio };

definePeelStudio();
