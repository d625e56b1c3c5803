/** Proofs about money and pictures. Some measure time. */
import { testShortProofs } from './short-proofs.ts';

testShortProofs([
  { name: 'crowd', behaviour: 'spends no micro-dollar past a cap, whatever the crowd' },
  {
    name: 'dear',
    behaviour: 'counts what providers charge over a hold at once, and nothing over a cap where they keep to it',
  },
  { name: 'identical', behaviour: 'pays once for a request that is asked many times at once' },
  { name: 'kill', behaviour: 'pays for nothing twice and loses no picture when its process is killed' },
  { name: 'missed', behaviour: 'asks what became of a killed run when the next caller misses its money' },
  { name: 'cut', behaviour: 'finds every picture whose bytes had left the provider, however its connection ended' },
  { name: 'stall', behaviour: 'lets no provider that falls silent cost another caller anything' },
  { name: 'hang', behaviour: 'ends every call that never answers, with a true word and no key locked' },
  { name: 'leave', behaviour: 'keeps the picture of a caller who left' },
  { name: 'pause', behaviour: 'stops paid work within five seconds of a pause, and nothing else' },
  { name: 'flood', behaviour: 'refuses a flood without calling a provider' },
  { name: 'references', behaviour: 'sends fourteen pictures up by their addresses, byte for byte' },
  { name: 'logs', behaviour: 'writes no prompt, address or key into a log line, whatever fails' },
]);
