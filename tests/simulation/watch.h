#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string_view>
#include <vector>

#include "homing/output.h"
#include "journal/journal_format.h"
#include "journal/record.h"
#include "simulation/judge.h"
#include "wire/frame.h"

namespace homing::simulation {

/// Follows one client through the states of transitions.h, by what its engine gives out and what
/// it stores; the engine is not asked.
class Watch {
 public:
  explicit Watch(Judge& judge) : judge_(judge) {}

  // What is stored. Between restart() and opened() nothing is a transition.
  void restart();
  void take_in(journal::FileKind kind, const std::vector<Record>& records);

  // What happens.
  void started();
  /// Another tab takes over; the engine so far goes on until it notices.
  void deposed();
  void deposed_stopped();
  void on_event(const Event& event);
  void on_transmit(const wire::ClientFrame& frame);
  void on_answer(const wire::RelayFrame& frame);

 private:
  using State = std::string_view;
  struct Entry {
    Address peer;
    State state;
    bool sealed = false;
  };

  void move(std::string_view machine, State& state, State to);
  void move_entry(uint64_t number, State to);
  void take_in(const record::MessageStored& r);
  void take_in(const record::StatusStored& r);
  void take_in(const record::Entry& r);
  void take_in(const record::Sealed& r);
  void take_in(const record::Settled& r);
  void take_in(const record::Held& r);
  void take_in(const record::Sessions& r);
  void take_in(const record::Cleared& r);
  template <typename Other>
  void take_in(const Other&) {}
  void compact(const std::vector<Record>& records);
  void link_lost();

  Judge& judge_;
  bool silent_ = true;  // while a journal is read
  State connection_ = "-";
  State store_ = "-";
  State deposed_ = "-";
  std::map<MessageId, State> messages_;
  std::map<MessageId, Address> peers_;  // of messages
  std::map<uint64_t, Entry> entries_;
  std::map<MessageId, uint64_t> by_envelope_;
  std::map<uint64_t, MessageId> texts_;  // of entries
  std::map<Address, State> sessions_;
};

}  // namespace homing::simulation
