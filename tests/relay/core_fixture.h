#pragma once

#include <doctest/doctest.h>

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <variant>
#include <vector>

#include "memory_store.h"
#include "relay_core.h"
#include "support/relay_person.h"

namespace homing::relay {

using test::RelayPerson;

/// A store whose commits fail when told so, as on a disk that has gone bad.
class FailingStore final : public Store {
 public:
  explicit FailingStore(Store& inner) : inner_(inner) {}
  bool failing = false;

  ByteArray<16> store_id() const override { return inner_.store_id(); }
  Result<void> begin() override { return inner_.begin(); }
  Result<void> commit() override {
    if (failing) return Error::kStorageFailed;
    return inner_.commit();
  }
  void rollback() override { inner_.rollback(); }
  Result<std::vector<AppendOutcome>> append(std::span<const NewMessage> messages,
                                            uint64_t now_ms) override {
    return inner_.append(messages, now_ms);
  }
  Result<Page> fetch(const Address& mailbox, uint64_t after, PageLimit limit) override {
    if (failing) return Error::kStorageFailed;
    return inner_.fetch(mailbox, after, limit);
  }
  Result<void> ack(const Address& m, uint64_t up_to) override { return inner_.ack(m, up_to); }
  Result<Attached> attach(const Address& m, RelayId relay, uint64_t generation) override {
    return inner_.attach(m, relay, generation);
  }
  Result<void> detach(const Address& m, uint64_t epoch) override { return inner_.detach(m, epoch); }
  Result<std::vector<Address>> sweep(RelayId relay) override { return inner_.sweep(relay); }
  Result<void> raise_generation(const Address& m, uint64_t generation) override {
    return inner_.raise_generation(m, generation);
  }
  Result<PrekeyCounts> publish(const Address& m, const PrekeyPublication& p) override {
    return inner_.publish(m, p);
  }
  Result<Claimed> claim(const Address& m) override { return inner_.claim(m); }
  Result<ExpireStep> expire(const ExpireLimits& limits, uint64_t from) override {
    return inner_.expire(limits, from);
  }

 private:
  Store& inner_;
};

/// The core on a store in memory, with nothing between: what it asks for happens at once, unless
/// the store's work is held back.
class CoreFixture {
 public:
  explicit CoreFixture(CoreOptions options = {}, Quota quota = {})
      : random(7), memory(random, quota), store(memory), options_(std::move(options)) {
    restart();
  }

  /// A new process on the same store: every connection is gone.
  void restart() {
    core = std::make_unique<RelayCore>(options_, store.store_id(), random);
    links.clear();
    work.clear();
    stopped.reset();
  }

  void run() {
    while (true) {
      while (std::optional<Effect> next = core->poll_effect()) take(*next);
      if (work_is_held || work.empty()) return;
      do_work();
    }
  }
  void do_work() {
    auto next = std::move(work.front());
    work.pop_front();
    if (const auto* commit = std::get_if<effect::Commit>(&next)) {
      core->on_committed(commit->ticket, apply_batch(store, commit->batch), now);
    } else {
      const auto& fetch = std::get<effect::Fetch>(next);
      core->on_fetched(fetch.ticket, store.fetch(fetch.mailbox, fetch.after, fetch.limit), now);
    }
  }
  void release_work() {
    work_is_held = false;
    run();
  }

  /// An open connection that has said nothing yet.
  ConnectionId open() {
    const ConnectionId id = ++last_id;
    core->on_connected(id, now);
    run();
    return id;
  }
  ByteArray<32> nonce_of(ConnectionId id) { return only<wire::Challenge>(id).nonce; }
  /// Opened and authenticated; `ready` is left among what was received.
  ConnectionId connect(RelayPerson& person, uint64_t generation = 0) {
    const ConnectionId id = open();
    send(id, person.hello(nonce_of(id), "127.0.0.1", generation));
    return id;
  }
  ConnectionId connect_published(RelayPerson& person) {
    const ConnectionId id = connect(person);
    publish(id, person.publication(2, 1));
    links[id].received.clear();
    return id;
  }
  void publish(ConnectionId id, const PrekeyPublication& publication) {
    send(id, wire::Publish{.upload = 1, .publication = encode_publication(publication)});
    REQUIRE(only<wire::Published>(id).upload == 1);
  }
  void send(ConnectionId id, const wire::ClientFrame& frame) { send_raw(id, wire::encode(frame)); }
  void send_raw(ConnectionId id, ByteView bytes) {
    core->on_frame(id, bytes, now);
    run();
  }
  void disconnect(ConnectionId id) {
    core->on_closed(id, now);
    run();
  }
  void advance(uint64_t milliseconds) {
    now.monotonic_ms += milliseconds;
    now.wall_ms += milliseconds;
    core->on_timer(now);
    run();
  }

  /// Takes the frames of one type that a connection got, in order.
  template <typename Frame>
  std::vector<Frame> received(ConnectionId id) {
    std::vector<Frame> out;
    std::vector<wire::RelayFrame> rest;
    for (wire::RelayFrame& frame : links[id].received) {
      if (auto* wanted = std::get_if<Frame>(&frame)) {
        out.push_back(std::move(*wanted));
      } else {
        rest.push_back(std::move(frame));
      }
    }
    links[id].received = std::move(rest);
    return out;
  }
  /// The one frame of this type.
  template <typename Frame>
  Frame only(ConnectionId id) {
    std::vector<Frame> all = received<Frame>(id);
    REQUIRE(all.size() == 1);
    return std::move(all.front());
  }
  std::vector<wire::DeliverItem> delivered(ConnectionId id) {
    std::vector<wire::DeliverItem> out;
    for (wire::Deliver& frame : received<wire::Deliver>(id)) {
      out.insert(out.end(), frame.items.begin(), frame.items.end());
    }
    return out;
  }
  std::vector<MessageId> accepted(ConnectionId id) {
    std::vector<MessageId> out;
    for (wire::Accepted& frame : received<wire::Accepted>(id)) {
      out.insert(out.end(), frame.ids.begin(), frame.ids.end());
    }
    return out;
  }
  std::vector<wire::RefusedItem> refused(ConnectionId id) {
    std::vector<wire::RefusedItem> out;
    for (wire::Refused& frame : received<wire::Refused>(id)) {
      out.insert(out.end(), frame.items.begin(), frame.items.end());
    }
    return out;
  }
  std::optional<wire::CloseCode> closed(ConnectionId id) { return links[id].closed; }

  struct Link {
    std::vector<wire::RelayFrame> received;
    std::optional<wire::CloseCode> closed;
    std::string reason;
  };

  test::SeededRandom random;
  MemoryStore memory;
  FailingStore store;
  std::unique_ptr<RelayCore> core;
  Time now{.monotonic_ms = 1'000'000, .wall_ms = 1'800'000'000'000};
  std::map<ConnectionId, Link> links;
  std::deque<std::variant<effect::Commit, effect::Fetch>> work;
  bool work_is_held = false;
  std::optional<effect::Stopped> stopped;
  ConnectionId last_id = 0;

 private:
  void take(Effect& effect) {
    if (auto* send = std::get_if<effect::Send>(&effect)) {
      CHECK(send->frame.size() <= limits::kFrameBytesMax);
      Result<wire::RelayFrame> frame = wire::decode_relay_frame(send->frame);
      REQUIRE(frame.ok());
      // After its Close a connection may be sent nothing more.
      CHECK_FALSE(links[send->connection].closed.has_value());
      links[send->connection].received.push_back(std::move(*frame));
    } else if (auto* close = std::get_if<effect::Close>(&effect)) {
      CHECK_FALSE(links[close->connection].closed.has_value());
      links[close->connection].closed = close->code;
      links[close->connection].reason = close->reason;
    } else if (auto* commit = std::get_if<effect::Commit>(&effect)) {
      work.emplace_back(std::move(*commit));
    } else if (auto* fetch = std::get_if<effect::Fetch>(&effect)) {
      work.emplace_back(std::move(*fetch));
    } else if (auto* end = std::get_if<effect::Stopped>(&effect)) {
      stopped = *end;
    }
  }

  CoreOptions options_;
};

}  // namespace homing::relay
