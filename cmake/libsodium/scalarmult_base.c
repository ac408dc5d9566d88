#include "private/ed25519_ref10.h"

/// h = a * B, where B is the base point of Ed25519 and a[31] <= 127: for making keys and signing.
/// libsodium takes the multiples of B from a table of 30 KB, which does not compress and would be a
/// fifth of what a browser loads. Here B is multiplied like any other point: in constant time as
/// well, with the same result, but in 0.10 ms instead of 0.03. The table is worth it for a server
/// that signs all day; here it would save a tenth of a millisecond per new contact.
void ge25519_scalarmult_base(ge25519_p3 *h, const unsigned char *a) {
  // RFC 8032, section 5.1: y = 4/5, x even.
  static const unsigned char kEncoded[32] = {0x58, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66,
                                             0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66,
                                             0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66,
                                             0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66};
  ge25519_p3 base;

  // Cannot fail: these bytes are a point.
  (void)ge25519_frombytes(&base, kEncoded);
  ge25519_scalarmult(h, a, &base);
}
