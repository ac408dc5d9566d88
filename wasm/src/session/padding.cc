#include "session/padding.h"

#include <algorithm>
#include <bit>

namespace homing {
namespace {

constexpr size_t kStep = 160;
constexpr size_t kSteppedMax = 1024;
constexpr uint8_t kMarker = 0x80;

int bits(size_t value) { return static_cast<int>(std::bit_width(value)); }

/// Padme keeps as many leading bits of a size as its exponent has bits: sizes from 2^exponent on
/// are multiples of this.
size_t padme_step(size_t size) {
  const int exponent = bits(size) - 1;
  return size_t{1} << (exponent - bits(static_cast<size_t>(exponent)));
}

size_t padme(size_t size) {
  const size_t mask = padme_step(size) - 1;
  return (size + mask) & ~mask;
}

/// An upper bound of the padding in a padded size.
size_t padding_max(size_t size) { return size <= kSteppedMax ? kStep : padme_step(size); }

/// 1 if a == b, else 0, without a branch. Both below 2^31.
uint32_t equal(uint32_t a, uint32_t b) {
  const uint32_t difference = a ^ b;
  return ((difference - 1) & ~difference) >> 31;
}

}  // namespace

size_t padded_size(size_t content_size) {
  const size_t marked = content_size + 1;
  if (marked > kSteppedMax) return padme(marked);
  return std::min((marked + kStep - 1) / kStep * kStep, kSteppedMax);
}

SecretBytes pad(ByteView content) {
  SecretBytes out;
  out.resize(padded_size(content.size()));
  std::copy(content.begin(), content.end(), out.data());
  out.data()[content.size()] = kMarker;
  return out;
}

Result<void> unpad(SecretBytes& padded) {
  const size_t size = padded.size();
  if (size == 0 || padded_size(size - 1) != size) return Error::kUndecryptable;
  // Looks at every byte that could be padding, always, and keeps the last marker with only zeroes
  // behind it.
  const size_t window = std::min(size, padding_max(size));
  uint32_t behind = 0;  // all bytes after this one, or'ed
  uint32_t marker = 0;  // distance of the marker from the end, plus 1
  for (size_t i = 0; i < window; ++i) {
    const uint32_t byte = padded.data()[size - 1 - i];
    const uint32_t found = equal(byte, kMarker) & equal(behind, 0) & equal(marker, 0);
    marker |= (0u - found) & static_cast<uint32_t>(i + 1);
    behind |= byte;
  }
  if (marker == 0) return Error::kUndecryptable;
  const size_t content_size = size - marker;
  if (padded_size(content_size) != size) return Error::kUndecryptable;
  padded.resize(content_size);
  return {};
}

}  // namespace homing
