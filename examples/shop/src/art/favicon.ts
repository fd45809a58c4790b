/** The shop's seal: a scored brick. */
export const FAVICON =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect x="1" y="1" width="30" height="30" rx="5" fill="#b3382c"/><path fill="none" stroke="#fbfaf4" stroke-width="2" d="M5 9.5h22v13H5zM12 9.5v13M20 9.5v13M5 16h7M20 16h7"/></svg>'
