/**
 * The price of duration in US dollars for a GB-second: US East (N. Virginia), first tier, without free tier and
 * savings plans, as of May 2026. https://aws.amazon.com/lambda/pricing/
 */
export const PRICE_PER_GB_SECOND: Readonly<Record<'arm64' | 'x86_64', number>> = {
  arm64: 0.0000133334,
  x86_64: 0.0000166667,
};
