import { startBuilder } from './builder.ts';

const into = document.getElementById('builder');
if (into) startBuilder({ into, host: location.origin, fetch: (...request) => fetch(...request) });
