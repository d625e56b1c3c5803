/**
 * Next.js, App Router. Put it in place of `app/page.jsx`. The server sends the tag and its ideas as HTML, the browser
 * makes the element of it; React puts script and style into the page's head, once.
 *
 * Make a project: `npx create-next-app@latest shop --js --app`.
 */
'use client';

import { useEffect, useRef, useState } from 'react';

/** The room that the element takes, so that nothing moves when it comes. */
const ROOM =
  'peel-studio:not(:defined){display:block;min-block-size:31em}@media(min-width:48em){peel-studio:not(:defined){min-block-size:26em}}';

export default function Page() {
  const [chosen, setChosen] = useState();
  const studio = useRef(null);

  // React gives no listener to an element of its own that came with the server's HTML, so it is added here.
  useEffect(() => {
    const element = studio.current;
    const onUse = ({ result }) => setChosen(result);
    element.addEventListener('peel-use', onUse);
    return () => element.removeEventListener('peel-use', onUse);
  }, []);

  return (
    <main>
      <style href="peel-studio" precedence="default">
        {ROOM}
      </style>
      <script async type="module" src="https://YOUR-WORKER/widget.js" />
      <h1>Draw your own poster</h1>
      <peel-studio
        ref={studio}
        label="What should be on it?"
        aspect-ratio="3:4"
        persist="session"
        use-label="Print this one"
      >
        <button slot="ideas" type="button" value="A lighthouse at dusk">
          A lighthouse at dusk
        </button>
        <button slot="ideas" type="button" value="A fox asleep in a teacup">
          A fox asleep in a teacup
        </button>
      </peel-studio>
      {chosen && (
        <p>
          <img src={chosen.url} alt={chosen.alt} width="120" /> We print this one.
        </p>
      )}
    </main>
  );
}
