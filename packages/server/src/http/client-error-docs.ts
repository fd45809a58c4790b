/**
 * What the codes of a `PayError` mean that no answer of the API has: for the error page, which the element's console lines lead
 * to. The webhook codes are met in backends only and are not here.
 */
export const CLIENT_ERROR_DOCS = {
  config_invalid:
    'An option cannot work, or is ignored. The message names the option, its value and what is wanted instead. Of `<pay-button>`: `api-url` is https (http only on this machine), `session-url` is of the page’s own origin, one of `client-token`, `session-url` and `createSession` says where the session comes from, and words are of the list in the message.',
  config_locked:
    'An attribute was changed after the checkout had begun. Set it before the first click, or make a new element.',
  network_error:
    'The API could not be reached. A write that may have been sent is `outcome_unknown` instead. Trying again with the same key is safe.',
  timeout:
    'No answer came in time. For a read: try again. A write that was sent is `outcome_unknown` instead.',
  aborted: 'The caller ended it. A payment that was already sent goes on; the next reading shows it.',
  outcome_unknown:
    'A write was sent and its answer was lost: it may have happened. Never show it as failed. Repeat it with the same key (`idempotencyKey`), or read the session.',
  unexpected_response:
    'The answer is not what this API sends: a proxy’s page, another server, a newer version. Check `apiUrl`. Of a `session-url`: answer `{"clientToken": "ct_…"}`.',
  url_refused:
    'An address that a payment wanted to open is not on the list for its method. It was not opened. Tell the operator.',
  chunk_failed:
    'A part of the element could not be loaded. The buyer is led to the hosted page instead. Copy `chunks/` beside `pay-button.js`, both of one build; allow `trusted-types lit-html` where Trusted Types are required.',
} as const satisfies Readonly<Record<string, string>>
