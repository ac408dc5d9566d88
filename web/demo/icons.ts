// Line icons, drawn here so that nothing has to be fetched. They are decoration: whatever contains
// one carries the words.

import { svg, html, type TemplateResult } from "lit";

function icon(paths: TemplateResult): TemplateResult {
  return html`<svg viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.8"
    stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">${paths}</svg>`;
}

export const backIcon = icon(svg`<path d="M15 5l-7 7 7 7"/>`);
export const closeIcon = icon(svg`<path d="M6 6l12 12M18 6L6 18"/>`);
export const downIcon = icon(svg`<path d="M6 9l6 6 6-6"/>`);
export const inviteIcon = icon(svg`<circle cx="10" cy="8" r="3.6"/>
  <path d="M3.5 19.5c.6-3.6 3.2-5.5 6.5-5.5s5.9 1.9 6.5 5.500M19 7v6M16 10h6"/>`);
export const contactIcon = icon(svg`<circle cx="12" cy="8" r="3.8"/>
  <path d="M4.500 20c.7-4 3.700-6 7.500-6s6.800 2 7.500 6"/>`);
export const sendIcon = icon(svg`<path d="M4 12.2 20 4.5 15 20l-3.6-6z"/>
  <path d="M11.4 14 20 4.5"/>`);
export const settingsIcon = icon(svg`<path d="M4 7h9M17 7h3M4 17h3M11 17h9"/>
  <circle cx="15" cy="7" r="2"/><circle cx="9" cy="17" r="2"/>`);
export const lockIcon = icon(svg`<rect x="5" y="11" width="14" height="9" rx="2.5"/>
  <path d="M8 11V8a4 4 0 0 1 8 0v3"/>`);
export const offlineIcon = icon(svg`<path d="M4 4l16 16M8.5 15.800a5 5 0 0 1 7 0
  M5 12.300a10 10 0 0 1 5-2.700M14.5 9.700a10 10 0 0 1 4.5 2.600M12 19h.01"/>`);
export const alertIcon = icon(svg`<path d="M12 4 3 19.500h18zM12 10v4.500M12 17.200v.01"/>`);

/** The mark of the product. */
export const logo = html`<svg viewBox="0 0 32 32" aria-hidden="true">
  <rect width="32" height="32" rx="8" fill="#0f766e" />
  <path d="M6.5 15.6 25 7.5 19.4 25.200l-4-6.600z" fill="#fff" />
  <path d="m15.4 18.6 5.2-6.1-7.6 5z" fill="#0f766e" />
</svg>`;
