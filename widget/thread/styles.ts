import { css } from 'lit';

/**
 * Versions are a strip of small pictures, or beside a wide stage a list with lines from each version to those made from
 * it. The strip and the list are the same elements, so that focus survives a turned phone.
 */
export const changeStyles = css`
  .switch > label {
    text-align: center;
  }
  .quick {
    display: flex;
    flex-wrap: wrap;
    gap: 0.45em;
  }
  .versions {
    --v-flow: row wrap;
    --v-side: 3.4em;
    --v-list: none;
    --v-strip: block;
    --v-indent: 0em;
    --v-shown: none;
    --v-pad: 0 0.5em;
    --v-legend: absolute;
    --v-clip: inset(50%);
  }
  .wide .versions {
    --v-flow: column;
    --v-side: 3.5em;
    --v-list: block;
    --v-strip: none;
    --v-indent: 2.6em;
    --v-shown: var(--_tone);
    --v-pad: 0.375em;
    --v-legend: static;
    --v-clip: none;
  }
  /* A strip under its picture needs no heading for eyes. */
  .versions legend {
    position: var(--v-legend);
    margin-block-end: 0.45em;
    clip-path: var(--v-clip);
  }
  .v-rows {
    display: flex;
    flex-flow: var(--v-flow);
  }
  .v-row {
    /* The middle of the thumbnail in this row's column, and half of it. */
    --v-half: calc(var(--v-side) / 2);
    --v-x: calc(var(--_d) * var(--v-indent) + 0.375em + var(--v-half));
    position: relative;
    display: flex;
    min-inline-size: 0;
    padding-block: 0.28em;
    padding-inline-start: calc(var(--_d) * var(--v-indent));
    align-items: center;
  }
  .v-rail,
  .v-above,
  .v-on,
  .v-elbow {
    position: absolute;
    display: var(--v-list);
    inset-block: 0;
    inset-inline-start: calc(var(--v-x) - 1px);
    border: 0 solid var(--_edge);
    border-inline-start-width: 2px;
    pointer-events: none;
  }
  .v-rail {
    inset-inline-start: calc(var(--_c) * var(--v-indent) + 0.375em + var(--v-half) - 1px);
  }
  /* The edge colour is translucent: lines that overlap would be darker. */
  .v-rail:has(+ .v-elbow) {
    inset-block-start: calc(50% - 0.5em);
  }
  .v-above {
    inset-block-end: calc(50% + var(--v-half) + 3px);
  }
  .v-on {
    inset-block-start: calc(50% + var(--v-half) + 3px);
  }
  .v-elbow {
    inset-block-end: calc(50% - 1px);
    inset-inline-start: calc(var(--v-x) - var(--v-indent) - 1px);
    inline-size: calc(var(--v-indent) - var(--v-half) - 3px);
    border-block-end-width: 2px;
    border-end-start-radius: 0.5em;
  }
  .v-glyph {
    display: var(--v-strip);
  }
  .version {
    position: relative;
    display: flex;
    flex: 1;
    min-inline-size: 0;
    padding: 0.375em;
    padding-inline: var(--v-pad);
    border: 0;
    border-radius: var(--_radius-small);
    background: none;
    /* As every paragraph beside it, whatever the direction of its words. */
    text-align: match-parent;
    text-align: -webkit-match-parent;
    align-items: center;
    gap: 0.8em;
    transition: background-color calc(var(--_motion) * 0.12s);
  }
  @media (hover: hover) {
    .version:hover {
      background: var(--_tone-hover);
    }
  }
  .version:is(:has(:checked), [aria-current]) {
    background: var(--v-shown);
    font-weight: 600;
  }
  .version img {
    flex: none;
    inline-size: var(--v-side);
    block-size: var(--v-side);
    border-radius: var(--_radius-small);
    background: var(--_wash);
    object-fit: cover;
  }
  .version:is(:has(:checked), [aria-current]) img {
    outline: 2px solid var(--_ring);
    outline-offset: 2px;
  }
  .v-gone img {
    opacity: 0.6;
  }
  .v-gone-mark {
    position: absolute;
    display: var(--v-strip);
    padding: 0.15em;
    border-radius: 50%;
    inset-block-end: 0.6em;
    inset-inline-start: 0.6em;
  }
  .v-said {
    display: var(--v-list);
    min-inline-size: 0;
  }
  .v-title {
    display: -webkit-box;
    overflow: hidden;
    -webkit-box-orient: vertical;
    -webkit-line-clamp: 2;
    overflow-wrap: anywhere;
  }
  .v-gone-text {
    display: block;
    font-weight: 400;
  }
  @media (forced-colors: active) {
    .version:has(:checked) {
      outline: 2px solid Highlight;
      outline-offset: -2px;
    }
  }
`;

export const keptStyles = css`
  .kept {
    display: grid;
    justify-items: start;
    gap: 0.45em;
    margin-block-end: 1.25em;
  }
  /* On the line of the label beside it. */
  .kept-head {
    display: flex;
    flex-wrap: wrap;
    inline-size: 100%;
    min-block-size: 1.45em;
    align-items: center;
    justify-content: space-between;
    gap: 0.45em 1.25em;
  }
  .kept-choice {
    display: flex;
    gap: 0.45em;
  }
  .kept .danger {
    color: var(--_danger);
  }
  .kept-tiles {
    display: grid;
    inline-size: 100%;
    grid-template-columns: repeat(auto-fill, minmax(min(5.5em, 30%), 1fr));
    gap: 0.6em;
  }
  .kept-tile {
    display: grid;
    min-inline-size: 0;
    padding: 0;
    border: 0;
    text-align: match-parent;
    text-align: -webkit-match-parent;
    gap: 0.25em;
  }
  .kept-tile img {
    inline-size: 100%;
    border-radius: var(--_radius-small);
    background: var(--_wash);
    aspect-ratio: 1;
    object-fit: cover;
  }
  .kept-tile span {
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  @media (hover: hover) {
    .kept-tile:hover img {
      outline: 2px solid var(--_edge);
      outline-offset: 2px;
    }
  }
`;
