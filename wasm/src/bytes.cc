#include "homing/bytes.h"

#include <algorithm>

#include "homing/random.h"

namespace homing {

void wipe(void* data, size_t size) {
  volatile uint8_t* bytes = static_cast<volatile uint8_t*>(data);
  for (size_t i = 0; i < size; ++i) bytes[i] = 0;
}

void SecretBytes::resize(size_t size) {
  if (size > bytes_.capacity()) {
    // Growing in place would leave the old copy in freed memory.
    Bytes grown;
    grown.reserve(std::max(size, 2 * bytes_.capacity()));
    grown.assign(bytes_.begin(), bytes_.end());
    clear();
    bytes_ = std::move(grown);
  }
  if (size < bytes_.size()) wipe(bytes_.data() + size, bytes_.size() - size);
  bytes_.resize(size);
}

void SecretBytes::append(ByteView more) {
  const size_t before = bytes_.size();
  resize(before + more.size());
  std::copy(more.begin(), more.end(), bytes_.begin() + static_cast<ptrdiff_t>(before));
}

ByteView ByteReader::raw(size_t size) {
  if (!ok_ || size > rest_.size()) {
    ok_ = false;
    rest_ = {};
    return {};
  }
  const ByteView out = rest_.first(size);
  rest_ = rest_.subspan(size);
  return out;
}

uint64_t ByteReader::integer(size_t width) {
  uint64_t value = 0;
  for (const uint8_t byte : raw(width)) value = (value << 8) | byte;
  return value;
}

std::string to_hex(ByteView bytes) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string out;
  out.reserve(2 * bytes.size());
  for (const uint8_t byte : bytes) {
    out.push_back(kDigits[byte >> 4]);
    out.push_back(kDigits[byte & 15]);
  }
  return out;
}

void PooledRandom::fill(std::span<uint8_t> out) {
  if (out.size() > pool_.size()) return source_.fill(out);
  if (out.size() > pool_.size() - used_) {
    source_.fill(pool_);
    used_ = 0;
  }
  std::copy_n(pool_.begin() + static_cast<ptrdiff_t>(used_), out.size(), out.begin());
  wipe(pool_.data() + used_, out.size());
  used_ += out.size();
}

}  // namespace homing
