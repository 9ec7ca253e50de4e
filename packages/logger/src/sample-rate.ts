/** The share of requests, 0 to 1, that `POWERTOOLS_LOGGER_SAMPLE_RATE` asks for; 0 for anything else. */
export function environmentSampleRate(): number {
  const rate = Number(process.env.POWERTOOLS_LOGGER_SAMPLE_RATE || 0);
  return rate >= 0 && rate <= 1 ? rate : 0;
}
