#pragma once

#include <cstdint>
#include <optional>
#include <variant>

#include "homing/bytes.h"
#include "homing/result.h"
#include "session/identity.h"
#include "session/primitives.h"

namespace homing {

inline constexpr uint32_t kEnvelopeVersion = 1;
/// Frozen: on the wire.
enum class EnvelopeKind : uint8_t { kFirst = 1, kLater = 2 };

/// DH || PN || N.
inline constexpr size_t kHeaderBytes = 40;
inline constexpr size_t kSealedHeaderBytes = kHeaderBytes + kSealedOverheadBytes;
using SealedHeader = ByteArray<kSealedHeaderBytes>;

/// What the responder needs to derive the same secrets; in every message of the initiator until
/// the first reply.
struct FirstFields {
  IdentityKeys identity;
  PublicKey base_key{};  // EK_A
  uint32_t signed_prekey_id = 0;
  std::optional<uint32_t> one_time_prekey_id;
  uint32_t kem_prekey_id = 0;
  KemCiphertext kem_ciphertext{};

  friend bool operator==(const FirstFields&, const FirstFields&) = default;
};

/// The same fields in a fixed layout, for hashing and for the journal.
void write_first_fields(const FirstFields& fields, SecretWriter& to);
/// kTruncated, kMalformed.
Result<FirstFields> read_first_fields(ByteReader& from);
/// BLAKE2b-256 of that layout: recognises a first message that comes again.
Digest digest_of(const FirstFields& fields);

/// What an envelope adds to its sealed body at most.
inline constexpr size_t kLaterEnvelopeBytesMax = kSealedHeaderBytes + 16;
inline constexpr size_t kFirstEnvelopeBytesMax = kLaterEnvelopeBytesMax + 1344;

/// What the relay routes. `first` is there in a first message only.
struct Envelope {
  std::optional<FirstFields> first;
  SealedHeader header{};
  Bytes body;
};

Bytes encode_envelope(const Envelope& envelope);
/// The same from parts, so that sealing copies nothing twice. `first` may be null.
Bytes encode_envelope(const FirstFields* first, const SealedHeader& header, ByteView body);
/// Errors: those of decode_cbor(), kMalformed, kTooLarge, kUnsupported (version), kUnknownType
/// (kind).
Result<Envelope> decode_envelope(ByteView bytes);

}  // namespace homing
