/** The providers' keys: how each stands, and how another one is set. */
import { html, nothing } from 'lit';
import type { DeskKey, DeskKeyCheck, DeskKeys } from '../../../worker/desk-protocol.ts';
import { copyButton } from '../parts/copy.ts';
import { formatSince } from '../parts/format.ts';
import { table } from '../parts/table.ts';
import { KEYS, PROVIDER_KEYS } from '../words/keys.ts';
import { FILE, isLocal, setterOf } from '../words/variables.ts';

export const nameOfProvider = (provider: string): string => KEYS.providerNames[provider] ?? provider;

export const idOfKey = ({ provider, place }: Pick<DeskKey, 'provider' | 'place'>): string => `${provider} ${place}`;

const CLASSES = { ready: 'live', trying: 'paused', rests: 'paused', stopped: 'stopped' } as const;

/** What the page says of the keys as a whole. */
export function answerOf({ demo, keys }: DeskKeys): string {
  const { answers } = KEYS;
  const count = (state: DeskKey['state']) => keys.filter((key) => key.state === state).length;
  if (demo || keys.length === 0) return answers.demo;
  const [stopped, rests] = [count('stopped'), count('rests')];
  if (stopped === keys.length) return answers.none;
  if (stopped + rests === keys.length) return answers.waits;
  if (stopped > 0) return answers.stopped(stopped);
  return rests > 0 ? answers.rests(rests) : answers.ready(keys.length);
}

/** Why a key stands as it does, and what to do. */
export function reasonOf({ state, since, why, status, model }: DeskKey): string {
  if (state === 'ready') return since === undefined ? PROVIDER_KEYS.unasked : PROVIDER_KEYS.nothing;
  const [what, todo] = PROVIDER_KEYS.why[why ?? ''] ?? PROVIDER_KEYS.otherWhy(why ?? '');
  const code = status === undefined ? '' : PROVIDER_KEYS.http(status);
  return `${what}${code}. ${todo}${model === undefined ? '' : PROVIDER_KEYS.onlyModel(model)}`;
}

export interface ProviderKeysOptions {
  keys: DeskKeys;
  /** What the last checks have said, by {@link idOfKey}. */
  checks: ReadonlyMap<string, DeskKeyCheck>;
  /** Keys that are being checked. */
  checking: ReadonlySet<string>;
  check: (keys: readonly DeskKey[]) => void;
  now: number;
  /** Of the worker, such as `peel.example`. */
  host: string;
}

export function providerKeys({ keys: { keys, providers }, checks, checking, check, now, host }: ProviderKeysOptions) {
  const words = PROVIDER_KEYS;
  const setter = (variable: string): string => setterOf(host, variable, words.exampleKey);
  return html`<section class="panel keys" aria-labelledby="provider-keys">
    <div class="head">
      <h2 id="provider-keys">${words.title}</h2>
      ${
        keys.length > 0
          ? html`<button type="button" aria-disabled=${checking.size > 0 ? 'true' : nothing} @click=${() => checking.size === 0 && check(keys)}>
              ${checking.size > 0 ? words.checking : words.checkAll}
            </button>`
          : nothing
      }
    </div>
    ${
      keys.length === 0
        ? html`<p>${words.empty}</p>`
        : table<DeskKey>({
            caption: words.title,
            rows: keys,
            keyOf: idOfKey,
            columns: [
              {
                ...{ id: 'key', label: words.columns.key },
                cell: ({ provider, place }) => words.keyName(nameOfProvider(provider), place),
              },
              {
                ...{ id: 'tag', label: words.columns.tag },
                cell: ({ tag }) => html`<code>${tag}</code>`,
              },
              {
                ...{ id: 'state', label: words.columns.state, onPhone: 'first' },
                cell: (key) => stateOf(key, now),
              },
              {
                ...{ id: 'why', label: words.columns.why },
                cell: (key) => html`${reasonOf(key)} ${outcomeOf(checks.get(idOfKey(key)))}`,
              },
              {
                ...{ id: 'action', label: words.columns.action, isLabelHidden: true },
                cell: (key) => {
                  const isChecking = checking.has(idOfKey(key));
                  return html`<button
                    type="button"
                    class="link"
                    aria-label=${words.checkName(words.keyName(nameOfProvider(key.provider), key.place))}
                    aria-disabled=${isChecking ? 'true' : nothing}
                    @click=${() => !isChecking && check([key])}
                  >
                    ${isChecking ? words.checking : words.check}
                  </button>`;
                },
              },
            ],
          })
    }
    <details ?open=${keys.length === 0}>
      <summary>${words.add}</summary>
      <p class="hint">${isLocal(host) ? words.localText(FILE) : words.addText}</p>
      <ul class="commands">
        ${providers.map(
          ({ provider, variable }) => html`<li>
            <span>${nameOfProvider(provider)}</span><code>${setter(variable)}</code>
            ${copyButton(() => setter(variable))}
          </li>`,
        )}
      </ul>
      <p class="hint">
        ${
          isLocal(host)
            ? nothing
            : html`${words.dashboard}<a href=${words.dashboardAddress} target="_blank" rel="noopener">${words.dashboardName}</a>.`
        }
        ${words.order}
      </p>
    </details>
  </section>`;
}

function stateOf({ state, since, until }: DeskKey, now: number) {
  const words = PROVIDER_KEYS;
  const time =
    until !== undefined && state !== 'stopped'
      ? words.until(formatSince(until, now))
      : since === undefined
        ? words.notAsked
        : words.since(formatSince(since, now));
  return html`<span class=${`state ${CLASSES[state]}`}>${words.states[state]}</span> <span class="soft small">${time}</span>`;
}

function outcomeOf(check: DeskKeyCheck | undefined) {
  if (!check) return nothing;
  if (check.outcome !== 'refused') return html`<b>${PROVIDER_KEYS.outcomes[check.outcome]}</b>`;
  const { trouble = 'denied', status } = check;
  const [what, todo] = PROVIDER_KEYS.why[trouble] ?? PROVIDER_KEYS.otherWhy(trouble);
  const lower = what.charAt(0).toLowerCase() + what.slice(1);
  return html`<b class="problem">${PROVIDER_KEYS.refused(lower, status === undefined ? '' : PROVIDER_KEYS.http(status), todo)}</b>`;
}
