// Controls that look alike everywhere.

import { css } from "lit";

export const controls = css`
  *,
  *::before,
  *::after {
    box-sizing: border-box;
  }
  [hidden] {
    display: none !important;
  }
  button {
    font: inherit;
    color: inherit;
    border: 0;
    background: none;
    padding: 0;
    cursor: pointer;
    border-radius: 10px;
  }
  button:disabled {
    cursor: default;
    opacity: 0.5;
  }
  :focus-visible {
    outline: 2px solid var(--accent);
    outline-offset: 2px;
  }
  .primary {
    background: var(--accent);
    color: var(--on-accent);
    font-weight: 600;
    padding: 0.55rem 1rem;
  }
  .primary:hover:enabled {
    background: var(--accent-strong);
  }
  .quiet {
    color: var(--accent);
    font-weight: 600;
    padding: 0.55rem 0.9rem;
  }
  .quiet:hover {
    background: var(--accent-soft);
  }
  .quiet.danger {
    color: var(--danger);
  }
  .quiet.danger:hover {
    background: var(--danger-soft);
  }
  .primary.danger,
  .primary.danger:hover:enabled {
    background: var(--danger);
    color: var(--surface-raised);
  }
  .icon-button {
    display: inline-grid;
    place-items: center;
    width: 2.5rem;
    height: 2.5rem;
    border-radius: 50%;
    color: var(--text-soft);
    flex: none;
  }
  .icon-button:hover {
    background: var(--accent-soft);
    color: var(--accent);
  }
  .icon-button svg {
    width: 1.35rem;
    height: 1.35rem;
  }
  input[type="text"],
  input[type="password"],
  input:not([type]),
  textarea {
    font: inherit;
    color: inherit;
    width: 100%;
    padding: 0.6rem 0.8rem;
    border: 1px solid var(--line);
    border-radius: 10px;
    background: var(--surface-sunk);
  }
  input:focus-visible,
  textarea:focus-visible {
    outline-offset: -1px;
  }
  ::placeholder {
    color: var(--text-soft);
    opacity: 1;
  }
  .visually-hidden {
    position: absolute;
    width: 1px;
    height: 1px;
    margin: -1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
  @media (prefers-reduced-motion: reduce) {
    *,
    *::before,
    *::after {
      animation: none !important;
      transition: none !important;
    }
  }
`;

export const dialogs = css`
  dialog {
    width: min(27rem, calc(100vw - 2rem));
    max-height: calc(100dvh - 2rem);
    overflow: auto;
    padding: 1.25rem 1.4rem 1.4rem;
    border: 1px solid var(--line);
    border-radius: 18px;
    background: var(--surface-raised);
    color: var(--text);
    box-shadow: var(--shadow-high);
  }
  dialog::backdrop {
    background: rgb(6 14 12 / 45%);
  }
  dialog header {
    display: flex;
    align-items: center;
    justify-content: space-between;
    margin: -0.3rem -0.5rem 0.6rem 0;
  }
  h2 {
    font-size: 1.15rem;
    margin: 0;
  }
  h3 {
    font-size: 0.95rem;
    margin: 1.2rem 0 0.35rem;
  }
  p {
    margin: 0.3rem 0 0.7rem;
    color: var(--text-soft);
    font-size: 0.92rem;
    overflow-wrap: anywhere;
  }
  .row {
    display: flex;
    gap: 0.5rem;
    align-items: center;
  }
  .row > input {
    flex: 1;
    min-width: 0;
  }
  .row > button {
    flex: none;
  }
  .row.end {
    justify-content: flex-end;
  }
  .error {
    color: var(--danger);
  }
  form.stack {
    display: grid;
    gap: 0.5rem;
  }
  progress {
    width: 100%;
    accent-color: var(--accent);
  }
`;

/** A line across the page that says something, with a button to do something about it. */
export const banners = css`
  :host {
    display: block;
    flex: none;
  }
  .banner {
    display: flex;
    align-items: center;
    gap: 0.6rem;
    padding: 0.4rem 0.9rem;
    font-size: 0.88rem;
  }
  .banner span {
    flex: 1;
  }
  .banner button {
    padding: 0.25rem 0.7rem;
    font-weight: 600;
    border: 1px solid currentColor;
    border-radius: 99px;
  }
`;
