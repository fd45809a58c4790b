/** In the place of core's table of apps, in the parts that every purchase loads. */
export const inAppBrowser = (_userAgent: string): string | undefined => undefined
