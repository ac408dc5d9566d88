#pragma once

#include "homing/address.h"
#include "homing/bytes.h"
#include "homing/random.h"
#include "homing/result.h"
#include "session/envelope.h"
#include "session/identity.h"
#include "session/prekey_bundle.h"
#include "session/prekey_store.h"
#include "session/primitives.h"

/// X3DH with an X-Wing encapsulation mixed in (Signal's X3DH and PQXDH specifications; the exact
/// bytes are in docs/crypto.md). Both sides end with the same secrets or with different ones, never
/// with an error that says which key was wrong.
namespace homing {

/// What the Double Ratchet starts from.
struct HandshakeSecrets {
  SecretKey root_key;
  SecretKey initiator_header_key;       // HK_A: seals the initiator's first headers
  SecretKey responder_next_header_key;  // NHK_B: seals the responder's first headers
  /// Bound to every message of the session: both addresses and both identities, initiator first.
  Bytes associated_data;
};

struct Initiation {
  FirstFields fields;
  HandshakeSecrets secrets;
};

/// The initiator's side. Verifies the bundle against `responder` first.
/// kSelf, kBadAddress, kBadSignature, kBadKey (a key of low order or not canonical).
Result<Initiation> initiate(const Identity& identity, const Address& responder,
                            const PrekeyBundle& bundle, RandomSource& random);

/// The responder's side, with the private halves that PrekeyStore::find() gave for `fields`. The
/// caller has verified fields.identity. kBadKey. Whether the secrets are the initiator's shows when
/// the first message opens.
Result<HandshakeSecrets> respond(const Identity& identity, const PrekeyStore::PrivateKeys& keys,
                                 const FirstFields& fields);

}  // namespace homing
