#pragma once

#include <string_view>

namespace homing {

/// Whether `text` is well-formed UTF-8 (RFC 3629): no overlong forms, surrogates, or values beyond
/// U+10FFFF. O(n).
bool is_utf8(std::string_view text);

}  // namespace homing
