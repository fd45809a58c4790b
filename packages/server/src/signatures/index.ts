export { type AntomSignedMessage, signAntom, verifyAntom } from './antom.ts'
export { type RsaKey, toRsaPrivateKey, toRsaPublicKey } from './rsa-key.ts'
export { sbpCrc } from './sbp-crc.ts'
export { tbankToken, verifyTbankToken } from './tbank.ts'
