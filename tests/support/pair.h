#pragma once

#include <string>
#include <vector>

#include "support/world.h"

namespace homing::test {

using Texts = std::vector<std::string>;

/// Alice and bob in a world of their own; they know each other, and nothing is under way.
struct Pair {
  explicit Pair(uint64_t world_seed = 1) : world(world_seed) {
    world.introduce(alice, bob);
    alice.transmitted.clear();
  }

  World world;
  Device& alice = world.add("alice");
  Device& bob = world.add("bob");
  const Address a = alice.address();
  const Address b = bob.address();

  /// Everything that alice has submitted since, one entry per frame.
  std::vector<std::vector<wire::SubmitItem>> submits() const {
    std::vector<std::vector<wire::SubmitItem>> found;
    for (const Bytes& bytes : alice.transmitted) {
      const auto frame = wire::decode_client_frame(bytes);
      if (const auto* submit = std::get_if<wire::Submit>(&*frame)) found.push_back(submit->items);
    }
    return found;
  }
};

}  // namespace homing::test
