#pragma once

#include "homing/bytes.h"
#include "homing/result.h"

/// Padding inside the AEAD, so that the relay learns a size class and not a length: 0x80, then
/// zeroes, up to a multiple of 160 bytes (1,024 at most), above that the next size of Padme
/// (Nikitin et al., "Reducing Metadata Leakage from Encrypted Files and Communication with PURBs",
/// 2019), which leaks O(log log n) bits at under 12 % overhead.
namespace homing {

/// How long content of this many bytes is when padded; always at least one byte more.
size_t padded_size(size_t content_size);

SecretBytes pad(ByteView content);

/// Removes the padding in place. The time depends on the padded size only. kUndecryptable when the
/// size is none that pad() makes or the padding is not the one it writes.
Result<void> unpad(SecretBytes& padded);

}  // namespace homing
