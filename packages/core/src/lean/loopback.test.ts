import { describe, expect, it } from 'vitest';
import { isLoopback } from './loopback.ts';

describe('isLoopback', () => {
  it.each(['localhost', '[::1]', '127.0.0.1', '127.255.255.254'])('knows %s', (hostname) => {
    expect(isLoopback(hostname)).toBe(true);
  });

  it.each(['::1', 'localhost.example.com', 'a127.0.0.1', '1127.0.0.1', '127.0.0.1.example.com', '127.1', '128.0.0.1'])(
    'lets %s be another machine',
    (hostname) => {
      expect(isLoopback(hostname)).toBe(false);
    },
  );
});
