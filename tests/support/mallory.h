#pragma once

#include <doctest/doctest.h>

#include <utility>
#include <vector>

#include "support/world.h"
#include "wire/frame.h"

/// Mallory runs the relay: she takes messages out of its store and delivers what she likes, when
/// she likes, from whom she likes.
namespace homing::test {

/// Takes everything out of somebody's mailbox.
inline std::vector<wire::DeliverItem> intercept(World& world, const Address& mailbox) {
  const auto page = world.store.fetch(mailbox, 0, {1'000, 1'000'000});
  REQUIRE(page.ok());
  std::vector<wire::DeliverItem> items;
  for (const relay::StoredMessage& message : page->messages) {
    items.push_back({message.place, message.from, message.id, message.envelope});
  }
  REQUIRE(!items.empty());
  REQUIRE(world.store.begin().ok());
  REQUIRE(world.store.ack(mailbox, items.back().place).ok());
  REQUIRE(world.store.commit().ok());
  return items;
}

inline void deliver(Device& to, std::vector<wire::DeliverItem> items) {
  to.feed(input::FrameReceived{to.connection,
                               wire::encode(wire::RelayFrame(wire::Deliver{std::move(items)}))});
  to.world.settle();
}

}  // namespace homing::test
