export type { ButtonPresentation } from './config.ts'
export { defineElements } from './define-elements.ts'
export {
  PayActionEvent,
  PayCancelEvent,
  PayClickEvent,
  PayErrorEvent,
  PayExpireEvent,
  PayFailureEvent,
  PayPendingEvent,
  PayReadyEvent,
  PayStatusEvent,
  PaySuccessEvent,
} from './events.ts'
export type { ButtonType } from './labels.ts'
export { LOCALES, type Locale } from './locale.ts'
export type { TextOverrides } from './locales/compose-texts.ts'
export { registerMark } from './marks.ts'
export { registerTexts } from './own-texts.ts'
export { PayButton } from './pay-button.ts'
export { PayReturn } from './pay-return.ts'
export type { CreateSession, SessionAnswer } from './session-source.ts'
