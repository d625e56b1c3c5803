/** `/widget.js`: defines `<peel-studio>`. Pages that want the classes for their types find them here too. */
import { definePeelStudio } from './define.ts';

export * from './events.ts';
export type { Result } from './generation.ts';
export { PeelStudio } from './peel-studio.ts';
export { PeelError } from './problem.ts';
export { definePeelStudio };

definePeelStudio();
