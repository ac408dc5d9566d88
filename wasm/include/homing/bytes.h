#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace homing {

using Bytes = std::vector<uint8_t>;
/// A view that is valid only for the call it is passed to; nothing in the core stores one.
using ByteView = std::span<const uint8_t>;

template <size_t kSize>
using ByteArray = std::array<uint8_t, kSize>;

inline ByteView as_bytes(std::string_view text) {
  return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
}

inline std::string_view as_text(ByteView bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

inline void append(Bytes& to, ByteView from) { to.insert(to.end(), from.begin(), from.end()); }

/// Copies exactly kSize bytes; nothing if `from` has another length.
template <size_t kSize>
bool copy_exact(ByteArray<kSize>& to, ByteView from) {
  if (from.size() != kSize) return false;
  for (size_t i = 0; i < kSize; ++i) to[i] = from[i];
  return true;
}

/// Overwrites memory so that the compiler may not leave it out.
void wipe(void* data, size_t size);

/// Secret bytes of a fixed size: wiped on destruction and when moved from, not copyable by
/// accident (clone() says it), not printable, comparable only in constant time.
template <size_t kSize>
class SecretArray {
 public:
  SecretArray() = default;
  explicit SecretArray(const ByteArray<kSize>& bytes) : bytes_(bytes) {}
  SecretArray(const SecretArray&) = delete;
  SecretArray& operator=(const SecretArray&) = delete;
  SecretArray(SecretArray&& other) noexcept : bytes_(other.bytes_) { other.clear(); }
  SecretArray& operator=(SecretArray&& other) noexcept {
    if (this != &other) {
      bytes_ = other.bytes_;
      other.clear();
    }
    return *this;
  }
  ~SecretArray() { clear(); }

  SecretArray clone() const { return SecretArray(bytes_); }
  void clear() { wipe(bytes_.data(), kSize); }

  static constexpr size_t size() { return kSize; }
  uint8_t* data() { return bytes_.data(); }
  const uint8_t* data() const { return bytes_.data(); }
  ByteView view() const { return bytes_; }

 private:
  ByteArray<kSize> bytes_{};
};

using SecretKey = SecretArray<32>;

/// Secret bytes of any length (a serialised session, a padded plaintext); wiped on destruction.
/// Reserve before appending: growing copies into new memory, and the old is wiped by reserve().
class SecretBytes {
 public:
  SecretBytes() = default;
  explicit SecretBytes(ByteView bytes) : bytes_(bytes.begin(), bytes.end()) {}
  SecretBytes(const SecretBytes&) = delete;
  SecretBytes& operator=(const SecretBytes&) = delete;
  SecretBytes(SecretBytes&& other) noexcept : bytes_(std::move(other.bytes_)) {
    other.bytes_.clear();
  }
  SecretBytes& operator=(SecretBytes&& other) noexcept {
    if (this != &other) {
      clear();
      bytes_ = std::move(other.bytes_);
      other.bytes_.clear();
    }
    return *this;
  }
  ~SecretBytes() { clear(); }

  void clear() {
    wipe(bytes_.data(), bytes_.size());
    bytes_.clear();
  }
  void resize(size_t size);
  void append(ByteView more);

  size_t size() const { return bytes_.size(); }
  uint8_t* data() { return bytes_.data(); }
  const uint8_t* data() const { return bytes_.data(); }
  ByteView view() const { return bytes_; }

 private:
  Bytes bytes_;
};

/// Appends fixed-width big-endian integers and length-prefixed strings: the encoding of journal
/// records and of everything signed or hashed. Works on Bytes and, for secrets, on SecretBytes.
template <typename Buffer>
class BasicWriter {
 public:
  void u8(uint8_t value) { raw({&value, 1}); }
  void u16(uint16_t value) { integer(value, 2); }
  void u32(uint32_t value) { integer(value, 4); }
  void u64(uint64_t value) { integer(value, 8); }
  /// No length: for fields of a fixed size.
  void raw(ByteView bytes) {
    if constexpr (requires { buffer_.append(bytes); }) {
      buffer_.append(bytes);
    } else {
      buffer_.insert(buffer_.end(), bytes.begin(), bytes.end());
    }
  }
  /// u32 length, then the bytes.
  void sized(ByteView bytes) {
    u32(static_cast<uint32_t>(bytes.size()));
    raw(bytes);
  }

  const Buffer& buffer() const { return buffer_; }
  Buffer take() { return std::move(buffer_); }

 private:
  void integer(uint64_t value, int width) {
    uint8_t bytes[8];
    for (int i = 0; i < width; ++i) {
      bytes[i] = static_cast<uint8_t>(value >> (8 * (width - 1 - i)));
    }
    raw({bytes, static_cast<size_t>(width)});
  }

  Buffer buffer_;
};

using ByteWriter = BasicWriter<Bytes>;
using SecretWriter = BasicWriter<SecretBytes>;

/// Reads what a writer wrote. After the first read past the end every further read gives zeroes
/// and empty views, and ok() stays false: check once, at the end. Views point into the input.
class ByteReader {
 public:
  explicit ByteReader(ByteView bytes) : rest_(bytes) {}

  uint8_t u8() { return static_cast<uint8_t>(integer(1)); }
  uint16_t u16() { return static_cast<uint16_t>(integer(2)); }
  uint32_t u32() { return static_cast<uint32_t>(integer(4)); }
  uint64_t u64() { return integer(8); }
  ByteView raw(size_t size);
  ByteView sized() { return raw(u32()); }
  template <size_t kSize>
  ByteArray<kSize> array() {
    ByteArray<kSize> out{};
    copy_exact(out, raw(kSize));
    return out;
  }

  /// For a reader that finds a value which is not allowed: from now on nothing can be read.
  void refuse() { ok_ = false; }
  /// True while every read so far lay inside of the input, and nothing was refused.
  bool ok() const { return ok_; }
  /// True if everything was read and nothing is left over.
  bool finished() const { return ok_ && rest_.empty(); }
  size_t left() const { return rest_.size(); }

 private:
  uint64_t integer(size_t width);

  ByteView rest_;
  bool ok_ = true;
};

std::string to_hex(ByteView bytes);

}  // namespace homing
