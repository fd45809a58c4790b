import type { NextConfig } from 'next'

const config: NextConfig = {
  // A development server is asked for by its address here, not by `localhost`.
  allowedDevOrigins: ['127.0.0.1'],
  turbopack: { root: import.meta.dirname },
}

export default config
