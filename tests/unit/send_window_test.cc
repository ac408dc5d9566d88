// Goal: what is under way on a connection fits the link: one submit at first, much on a fast one,
// little on a slow one.
// Method: a window and the time its answers take.

#include "transport/send_window.h"

#include <doctest/doctest.h>

namespace homing::test {
namespace {

/// The bytes below which it has room.
size_t bytes_of(const SendWindow& window) {
  size_t low = 0;
  size_t high = 2 * limits::kInFlightBytesMax;
  while (low + 1 < high) {
    const size_t middle = (low + high) / 2;
    (window.has_room(1, middle) ? low : high) = middle;
  }
  return high;
}

TEST_CASE("send window: one entry goes alone until something was accepted, on each connection") {
  SendWindow window;
  CHECK(window.has_room(0, 0));
  CHECK(!window.has_room(1, 1));
  window.accepted(0);
  CHECK(window.has_room(1, 1));
  window.connection_lost();
  CHECK(window.has_room(0, 0));
  CHECK(!window.has_room(1, 1));
}

TEST_CASE("send window: it grows with quick answers, to its bounds in entries and bytes") {
  SendWindow window;
  window.accepted(0);
  CHECK(bytes_of(window) == limits::kWindowBytesMin);
  window.accepted(limits::kAnswerSoonMs);
  CHECK(bytes_of(window) == 2 * limits::kWindowBytesMin);
  for (int i = 0; i < 20; ++i) window.accepted(0);
  CHECK(bytes_of(window) == limits::kInFlightBytesMax);
  CHECK(window.has_room(limits::kInFlightEntriesMax - 1, 0));
  CHECK(!window.has_room(limits::kInFlightEntriesMax, 0));
}

TEST_CASE("send window: it stays with answers that take a while, and shrinks with late ones") {
  SendWindow window;
  for (int i = 0; i < 4; ++i) window.accepted(0);
  const size_t bytes = bytes_of(window);
  window.accepted(limits::kAnswerSoonMs + 1);
  window.accepted(limits::kAnswerLateMs - 1);
  CHECK(bytes_of(window) == bytes);
  window.accepted(limits::kAnswerLateMs);
  CHECK(bytes_of(window) == bytes / 2);
  for (int i = 0; i < 20; ++i) window.accepted(limits::kAnswerLateMs);
  CHECK(bytes_of(window) == limits::kWindowBytesMin);
}

}  // namespace
}  // namespace homing::test
