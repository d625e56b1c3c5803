/**
 * React 19 gives a custom element its properties and events by itself. Into `index.html`, above your own script, so
 * that the element is defined when React first renders it:
 *
 *     <script type="module" src="https://YOUR-WORKER/widget.js"></script>
 *
 * Run it: `npm create vite@latest shop -- --template react`, and put this in place of `src/App.jsx`.
 */
import { useState } from 'react';

const IDEAS = ['A lighthouse at dusk', 'A fox asleep in a teacup'];

export default function App() {
  const [isOpen, setOpen] = useState(true);
  const [isTall, setTall] = useState(false);
  const [made, setMade] = useState(0);
  const [chosen, setChosen] = useState();

  return (
    <>
      <p>
        <button type="button" onClick={() => setOpen(!isOpen)}>
          {isOpen ? 'Close' : 'Open'}
        </button>
        <label>
          <input type="checkbox" checked={isTall} onChange={() => setTall(!isTall)} /> A poster
        </label>
        <output>{made} made</output>
      </p>
      {isOpen && (
        <peel-studio
          persist="session"
          aspect-ratio={isTall ? '3:4' : undefined}
          ideas={IDEAS}
          onpeel-result={() => setMade((count) => count + 1)}
          onpeel-use={({ result }) => setChosen(result)}
        />
      )}
      {chosen && <img src={chosen.url} alt={chosen.alt} width="120" />}
    </>
  );
}
