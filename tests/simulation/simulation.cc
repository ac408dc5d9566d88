#include "simulation/simulation.h"

#include <algorithm>

#include "simulation/ledger.h"
#include "simulation/narrate.h"

namespace homing::simulation {
namespace {

/// After the last fault everything must have arrived within this time: a backoff of a minute, a
/// minute for a device that was replaced, half a minute between two claims, and heartbeats.
constexpr uint64_t kHealMsMax = 600'000;
/// Through a mailbox for a few messages, a lane takes as many every half minute.
constexpr uint64_t kSmallMailboxHealMsMax = 6 * 3'600'000;

}  // namespace

Outcome run(const Script& script, const RunOptions& options) {
  return Simulation(script, options).run();
}

Simulation::Simulation(const Script& script, const RunOptions& options)
    : script_(script), prng_(script.plan.seed ^ 0x5851f42d4c957f2du), oracle_(judge_, script.plan) {
  ledger().clear();
  judge_.verbose = options.verbose;
  network_ = std::make_unique<Network>(heap_, script_.plan, prng_.fork(), network_ends());
  malicious_ = std::make_unique<MaliciousRelay>(
      script_.plan.malice, prng_.fork(),
      MaliciousRelay::Ways{
          [this](uint64_t socket, Bytes frame) { network_->send_down(socket, std::move(frame)); },
          [this](uint64_t socket, Bytes frame) { relay_->frame(socket, frame); }});
  relay_ = std::make_unique<RelayHost>(heap_, script_.plan, prng_.fork(), judge_, relay_ways());
  for (uint32_t i = 0; i < script_.plan.clients; ++i) {
    clients_.push_back(std::make_unique<Client>(
        i, heap_, script_.plan, prng_.fork(), judge_, oracle_,
        Client::Ways{[this, i](uint64_t in, uint64_t c) { network_->connect(i, in, c); },
                     [this](uint64_t in, uint64_t c) { network_->disconnect(in, c); },
                     [this](uint64_t in, uint64_t c, Bytes frame) {
                       network_->send_up(in, c, std::move(frame));
                     },
                     [this](uint64_t in) { network_->client_died(in); }}));
    oracle_.add(*clients_.back());
    if (options.crash && options.crash->first == i) {
      clients_.back()->crash_at(options.crash->second);
    }
  }
}

Network::Ends Simulation::network_ends() {
  Network::Ends ends;
  ends.relay_listens = [this] { return relay_->listens(); };
  ends.relay_opened = [this](uint64_t socket) {
    malicious_->opened(socket);
    relay_->opened(socket);
  };
  ends.relay_frame = [this](uint64_t socket, Bytes frame) {
    malicious_->up(socket, std::move(frame));
  };
  ends.relay_closed = [this](uint64_t socket) { relay_->closed(socket); };
  ends.client_opened = [this](uint64_t in, uint64_t connection, uint64_t) {
    client_of(in).feed(in, input::SocketOpened{connection});
  };
  ends.client_frame = [this](uint64_t in, uint64_t connection, Bytes frame) {
    if (judge_.verbose) {
      judge_.tell(heap_.now_ms(), client_of(in).index(), "< " + narrate_relay_frame(frame));
    }
    oracle_.on_answer(client_of(in), in, connection, frame);
    client_of(in).feed(in, input::FrameReceived{connection, std::move(frame)});
  };
  ends.client_closed = [this](uint64_t in, uint64_t connection, uint16_t code, std::string reason) {
    client_of(in).feed(in, input::SocketClosed{connection, code, std::move(reason)});
  };
  return ends;
}

RelayHost::Ways Simulation::relay_ways() {
  RelayHost::Ways ways;
  ways.send = [this](uint64_t socket, Bytes frame) { malicious_->down(socket, std::move(frame)); };
  ways.close = [this](uint64_t socket, uint16_t code, std::string reason) {
    network_->close_down(socket, code, std::move(reason));
  };
  ways.died = [this] { network_->relay_died(); };
  ways.stored = [this](const relay::Batch& batch, const relay::BatchOutcome& outcome) {
    oracle_.on_stored(batch, outcome);
  };
  return ways;
}

Outcome Simulation::run() {
  for (auto& client : clients_) client->open();
  for (const Step& step : script_.steps) {
    heap_.at(step.at_ms, [this, &step] { carry_out(step); });
  }
  advance_to(script_.plan.duration_ms);
  if (!judge_.failed()) heal();
  if (!judge_.failed()) oracle_.check_final();
  Outcome outcome;
  outcome.violation = judge_.violation();
  outcome.trace_hash = judge_.trace_hash();
  outcome.statistics = judge_.statistics;
  outcome.statistics.virtual_ms = heap_.now_ms();
  for (const auto& client : clients_) outcome.outputs.push_back(client->outputs());
  return outcome;
}

void Simulation::advance_to(uint64_t until_ms) {
  while (!judge_.failed() && heap_.step(until_ms)) {
  }
}

void Simulation::heal() {
  const uint64_t began_ms = heap_.now_ms();
  malicious_->end();
  network_->heal();
  relay_->heal();
  for (auto& client : clients_) client->heal();
  const uint64_t until_ms =
      began_ms + (script_.plan.mailbox_max < 100 ? kSmallMailboxHealMsMax : kHealMsMax);
  for (uint64_t pause_ms = 250; heap_.now_ms() < until_ms; pause_ms = 1'000) {
    advance_to(heap_.now_ms() + pause_ms);
    if (judge_.failed()) return;
    for (auto& client : clients_) {
      for (const auto& [peer, id] : oracle_.held(*client)) {
        client->command(command::Retry{peer, id});
      }
      for (const Address& peer : oracle_.unaccepted(*client)) {
        client->command(command::Accept{peer});
      }
    }
    const bool all_open = std::all_of(clients_.begin(), clients_.end(),
                                      [](const auto& client) { return client->engine(); });
    if (all_open && oracle_.all_is_well()) break;
  }
  judge_.statistics.heal_ms = heap_.now_ms() - began_ms;
}

void Simulation::carry_out(const Step& step) {
  Client& client = *clients_[step.who % clients_.size()];
  const bool done = user_step(step, client) || device_step(step, client) || network_step(step) ||
                    relay_step(step);
  judge_.tell(heap_.now_ms(), step.who,
              std::string("* ") + step_name(step.kind) + (done ? "" : " (of no effect)"));
  if (done) ++judge_.statistics.steps[static_cast<size_t>(step.kind)];
}

bool Simulation::user_step(const Step& step, Client& client) {
  if (step.kind > StepKind::kClose) return false;
  if (!client.takes_commands()) return false;
  const Address peer = peer_of(step).address();
  const bool has_peer = &peer_of(step) != &client && peer != Address{};
  const auto message = oracle_.message_of(client, step.a);
  switch (step.kind) {
    case StepKind::kSend:
      if (!has_peer) return false;
      client.command(command::Send{peer, oracle_.new_text(client.index(), peer, step.b)});
      return true;
    case StepKind::kBurst:
      if (!has_peer) return false;
      for (uint32_t i = 0; i < step.b; ++i) {
        // Some bursts are of large texts, which fill the window by bytes.
        const size_t bytes = step.b % 8 == 0 ? 30'000 : 40;
        client.command(command::Send{peer, oracle_.new_text(client.index(), peer, bytes)});
      }
      return true;
    case StepKind::kEdit:
      if (!message) return false;
      client.command(command::Edit{message->first, message->second,
                                   oracle_.new_text(client.index(), message->first, step.b % 200)});
      return true;
    case StepKind::kCancel:
      if (message) client.command(command::Cancel{message->first, message->second});
      return message.has_value();
    case StepKind::kRetry:
      if (message) client.command(command::Retry{message->first, message->second});
      return message.has_value();
    case StepKind::kMarkRead:
      if (has_peer) client.command(command::MarkRead{peer});
      return has_peer;
    case StepKind::kAcceptInvite: {
      Engine* other = peer_of(step).engine();
      if (other && has_peer) client.command(command::AcceptInvite{other->invite()});
      return other && has_peer;
    }
    case StepKind::kReadReceipts:
      client.command(command::SetReadReceipts{step.a % 2 == 0});
      return true;
    case StepKind::kAccept:
      if (has_peer) client.command(command::Accept{peer});
      return has_peer;
    case StepKind::kBlock:
      if (has_peer) client.command(command::Block{peer});
      return has_peer;
    case StepKind::kDelete:
      if (has_peer) client.command(command::DeleteConversation{peer});
      return has_peer;
    case StepKind::kDelivered:
      client.command(command::SetDeliveredReceipts{step.a % 2 == 0});
      return true;
    case StepKind::kTryNow:
      client.command(command::TryNow{});
      return true;
    default:
      client.close(step.a);
      return true;
  }
}

bool Simulation::device_step(const Step& step, Client& client) {
  switch (step.kind) {
    case StepKind::kCrash:
      client.crash(step.a, step.b);
      return true;
    case StepKind::kLie:
      client.lie(1 + step.b % 3, step.b % 1'002, step.a);
      return true;
    case StepKind::kTear:
      client.tear(step.a, step.b);
      return true;
    case StepKind::kSnapshot:
      client.snapshot();
      return true;
    case StepKind::kRollback:
      client.roll_back(step.a);
      return true;
    case StepKind::kWipe:
      if (client.address() == Address{}) return false;
      client.wipe();
      return true;
    case StepKind::kFence:
      client.fence();
      return true;
    case StepKind::kDiskFails:
      client.fail_disk(step.a, step.b % 2 == 1 ? Error::kStorageQuota : Error::kStorageFailed);
      return true;
    case StepKind::kClockJump:
      client.jump_clock(static_cast<int64_t>(step.a) * (step.b % 2 == 1 ? -1'000 : 1'000));
      return true;
    case StepKind::kSleep:
      client.sleep(step.a, step.b % 2 == 1);
      return true;
    case StepKind::kHint:
      if (step.a % 3 == 2) {
        client.hint(input::Hint::kWake);
      } else {
        if (step.a % 3 == 1) client.hint(input::Hint::kOffline);
        client.hint(input::Hint::kOnline);
      }
      return true;
    default:
      return false;
  }
}

bool Simulation::network_step(const Step& step) {
  const uint32_t who = static_cast<uint32_t>(step.who % clients_.size());
  switch (step.kind) {
    case StepKind::kCut:
      network_->cut_after(who, step.a, step.b % 2 == 0, step.b / 2 % 60'000);
      return true;
    case StepKind::kHalfOpen:
      network_->half_open(who, step.b % 3 != 1, step.b % 3 != 0);
      return true;
    case StepKind::kLinkDown:
      network_->link_down(who);
      if (step.b % 2 == 1) clients_[who]->hint(input::Hint::kOffline);
      heap_.after(step.a, [this, who, told = step.b % 2 == 1] {
        network_->link_up(who);
        if (told) clients_[who]->hint(input::Hint::kOnline);
      });
      return true;
    default:
      return false;
  }
}

bool Simulation::relay_step(const Step& step) {
  switch (step.kind) {
    case StepKind::kRelayCrash:
      relay_->crash(step.a, step.b % 2 == 1);
      return true;
    case StepKind::kRelayFails:
      relay_->fail_next_commit(step.b % 2 == 1);
      return true;
    case StepKind::kRelayStop:
      relay_->stop(step.a);
      return true;
    case StepKind::kRelayLoss:
      oracle_.on_relay_lost();
      relay_->lose_store();
      return true;
    case StepKind::kMalice: {
      std::vector<Address> addresses;
      for (const auto& client : clients_) addresses.push_back(client->address());
      oracle_.on_malice(script_.plan.malice);
      malicious_->begin(*relay_, addresses);
      heap_.after(step.a, [this] { malicious_->end(); });
      return true;
    }
    default:
      return false;
  }
}

}  // namespace homing::simulation
